import fc from "fast-check";
import { canonical, type JsonObject, objectAt } from "../../../lib/provider/captain/json";
import {
  nextOverride,
  normalOverride,
  readOverride,
  renderOverride,
  type ServiceSettings,
} from "../../../lib/provider/settings/override";
import { overrideProblem, parseOverride } from "../../../lib/provider/settings/override-text";

const seconds = fc.option(fc.integer({ min: 1, max: 3600 }));
const settings: fc.Arbitrary<ServiceSettings> = fc.record({
  // Swarm's default, 10, reads as none
  stopGraceSeconds: fc.option(fc.integer({ min: 11, max: 3600 })),
  healthCheck: fc.option(
    fc.record({
      test: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
      intervalSeconds: seconds,
      timeoutSeconds: seconds,
      startPeriodSeconds: seconds,
      retries: fc.option(fc.integer({ min: 1, max: 9 })),
    }),
  ),
  memoryMiB: fc.option(fc.integer({ min: 4, max: 65536 })),
  cpus: fc.option(fc.integer({ min: 1, max: 64 }).map((eighths) => eighths / 8)),
  tmpfs: fc.array(
    fc.record({ containerPath: fc.constantFrom("/a", "/b"), sizeMiB: fc.integer({ min: 1, max: 4096 }) }),
    {
      maxLength: 2,
    },
  ),
  readOnlyPaths: fc.subarray(["/opt/data"]),
  lockPort: fc.option(fc.integer({ min: 1, max: 65534 })),
  serviceOverride: fc.constantFrom<JsonObject>(
    {},
    { TaskTemplate: { ContainerSpec: { Args: ["gateway", "run"], User: "hermes" } } },
    {
      TaskTemplate: {
        RestartPolicy: { Condition: "on-failure" },
        LogDriver: { Options: { "max-file": "3" } },
      },
    },
    // as Traefik's and this library's own labels
    { TaskTemplate: { ContainerSpec: { Labels: { "a.release": "v1", "a.b.c": "2", a: "3" } } } },
  ),
});
const AROUND = {
  volumes: [{ containerPath: "/opt/data", volumeName: "data" }],
  ports: [{ hostPort: 8080, containerPort: 80 }],
};
const text = (override: JsonObject) => JSON.stringify(override);

it("a rendered override is read back as the same settings", () => {
  fc.assert(
    fc.property(settings, fc.boolean(), (wanted, isLegacy) => {
      const serviceOverride = text(renderOverride(wanted, AROUND, isLegacy));
      expect(readOverride({ serviceOverride })).toEqual(wanted);
    }),
  );
});

it("after a write only the wanted settings are in force, and a second write changes nothing", () => {
  fc.assert(
    fc.property(settings, settings, (before, wanted) => {
      const app = (serviceOverride: string) => ({ serviceOverride, ...AROUND, isLegacy: false });
      const saved = app(text(renderOverride(before, AROUND, false)));
      const { override } = nextOverride(saved, { ...wanted, ...AROUND });
      expect(readOverride({ serviceOverride: text(override) })).toEqual(wanted);
      const again = nextOverride(app(text(override)), { ...wanted, ...AROUND });
      expect(canonical(again.override)).toBe(canonical(override));
      expect(again.left).toEqual([]);
    }),
  );
});

it("what no attribute shows of a saved override stays, with the digits that the attributes round away", () => {
  const saved: JsonObject = {
    TaskTemplate: {
      ContainerSpec: {
        StopGracePeriod: 20_500_000_000,
        Healthcheck: { Test: ["CMD", "true"], Interval: 1_500_000_000, StartInterval: 1 },
        Mounts: [
          { Type: "volume", Source: "data", Target: "/opt/data", VolumeOptions: { NoCopy: true } },
          { Type: "tmpfs", Target: "/dev/shm", TmpfsOptions: { SizeBytes: 2 ** 20 + 1, Mode: 448 } },
        ],
      },
      Resources: { Limits: { MemoryBytes: 512_000_000, Pids: 100 } },
    },
  };
  const app = { serviceOverride: text(saved), ...AROUND, isLegacy: false };
  const shown = readOverride(app);
  expect(nextOverride(app, { ...shown, ...AROUND })).toEqual({ override: saved, left: [] });
  const limited = nextOverride(app, { ...shown, ...AROUND, memoryMiB: 1024 }).override;
  const limits = { MemoryBytes: 2 ** 30, Pids: 100 };
  expect(limited).toEqual({
    TaskTemplate: { ...objectAt(saved, "TaskTemplate"), Resources: { Limits: limits } },
  });
  // mounts are one list, which a change of any of them writes anew
  const larger = { ...shown, tmpfs: [{ containerPath: "/dev/shm", sizeMiB: 64 }] };
  expect(text(nextOverride(app, { ...larger, ...AROUND }).override)).not.toContain("NoCopy");
});

it("mounts that somebody put into the override beside the volumes are written anew", () => {
  const tmpfs = [{ containerPath: "/dev/shm", sizeMiB: 64 }];
  const settings = { ...readOverride({ serviceOverride: "" }), tmpfs };
  const own = renderOverride(settings, AROUND, false);
  const strange = JSON.parse(text(own).replace('"Source":"data"', '"Source":"other"'));
  const app = { serviceOverride: text(strange), ...AROUND, isLegacy: false };
  expect(nextOverride(app, { ...settings, ...AROUND }).override).toEqual(own);
});

it("mounts name all volumes, with the prefix that apps from before CapRover 1.15 have", () => {
  const tmpfs = [{ containerPath: "/dev/shm", sizeMiB: 64 }];
  const plain = {
    stopGraceSeconds: null,
    healthCheck: null,
    memoryMiB: null,
    cpus: null,
    readOnlyPaths: [],
    lockPort: null,
    serviceOverride: {},
  };
  expect(text(renderOverride({ ...plain, tmpfs }, AROUND, true))).toContain('"Source":"captain--data"');
  expect(text(renderOverride({ ...plain, tmpfs }, AROUND, false))).toContain('"Source":"data"');
  expect(renderOverride({ ...plain, tmpfs: [] }, AROUND, true)).toEqual({});
});

it("YAML and JSON with the same content are equal, and a default counts as not said", () => {
  expect(normalOverride("TaskTemplate: {ContainerSpec: {User: me}}")).toBe(
    normalOverride('{"TaskTemplate":{"ContainerSpec":{"User":"me","Init":false}}}'),
  );
});

it("any text can be parsed, and only an object is an override", () => {
  fc.assert(
    fc.property(fc.string(), (any) => {
      const parsed = parseOverride(any);
      expect(parsed === undefined || !Array.isArray(parsed)).toBe(true);
      expect(overrideProblem(any) === undefined).toBe(parsed !== undefined && !any.includes("Mounts"));
    }),
  );
});
