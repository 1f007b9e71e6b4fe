/** Each spelling here was sent to a real engine (20.10), which shows the service as these tests expect it. */
import fc from "fast-check";
import type { Json, JsonObject } from "../../../lib/provider/captain/json";
import { normalOverride, readOverride } from "../../../lib/provider/settings/override";
import { overrideProblem, overrideProblemWithVolumes } from "../../../lib/provider/settings/override-text";
import { respell } from "../../../lib/provider/settings/swarm-fields";

const SPEC: JsonObject = {
  Labels: { Foo: "1", foo: "2" },
  TaskTemplate: {
    ContainerSpec: {
      Args: ["gateway", "run"],
      Sysctls: { "net.a": "1", "NET.A": "2" },
      Mounts: [{ Type: "tmpfs", Target: "/dev/shm", TmpfsOptions: { SizeBytes: 1 } }],
      StopGracePeriod: 20_000_000_000,
    },
    LogDriver: { Name: "json-file", Options: { "Max-Size": "1m", "max-size": "2m" } },
    Resources: { Limits: { NanoCPUs: 500_000_000, Pids: 10 } },
  },
  UpdateConfig: { FailureAction: "pause" },
};
const USERS_OWN = new Set(["Labels", "Sysctls", "Options"]);

/** The same object with each field's name spelled in another way. */
function spelled(value: Json, spell: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => spelled(item, spell));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner = null]) => [
      spell(name),
      USERS_OWN.has(name) ? inner : spelled(inner, spell),
    ]),
  );
}

it("an override means the same whatever the case of its fields, and keeps the keys that are the user's", () => {
  const spelling = fc.infiniteStream(fc.boolean()).map((upper) => {
    const next = upper[Symbol.iterator]();
    return (name: string) =>
      [...name]
        .map((letter) => (next.next().value === true ? letter.toUpperCase() : letter.toLowerCase()))
        .join("");
  });
  fc.assert(
    fc.property(spelling, (spell) => {
      expect(normalOverride(JSON.stringify(spelled(SPEC, spell)))).toBe(normalOverride(JSON.stringify(SPEC)));
    }),
  );
});

it("the engine's long s and Kelvin sign are an s and a k", () => {
  expect(respell({ "taſ\u212ATemplate": { reſourceſ: {} } }).value).toEqual({
    TaskTemplate: { Resources: {} },
  });
});

it("of a field in two spellings the last one counts, as the engine reads it", () => {
  const both = {
    TaskTemplate: { ContainerSpec: { Args: ["x"] } },
    taskTemplate: { containerSpec: { args: ["y"], user: "me" } },
  };
  expect(respell(both)).toEqual({
    value: { TaskTemplate: { ContainerSpec: { Args: ["y"], User: "me" } } },
    repeated: ["TaskTemplate (also written taskTemplate)"],
  });
  const turned = Object.fromEntries(Object.entries(both).reverse());
  expect(respell(turned).value).toEqual({ TaskTemplate: { ContainerSpec: { Args: ["x"], User: "me" } } });
});

it.each([
  ["mounts", "taskTemplate: {containerSpec: {mounts: []}}", "use volumes and tmpfs"],
  ["the image", "TASKTEMPLATE: {CONTAINERSPEC: {IMAGE: other}}", "use image"],
  ["variables", "taskTemplate: {ContainerSpec: {env: [A=b]}}", "use environment"],
  ["the stop grace", "taskTemplate: {containerSpec: {stopGracePeriod: 1}}", "use stop_grace_seconds"],
  ["limits", "tasktemplate: {resources: {limits: {pids: 1}}}", "use limits"],
  ["instances", "mode: {replicated: {replicas: 3}}", "use instance_count"],
  ["ports", "endpointSpec: {ports: []}", "use ports"],
  ["a rollback", "updateConfig: {failureAction: rollback}", "must not be rollback"],
  ["arguments twice", "{TaskTemplate: {ContainerSpec: {Args: [a], args: [b]}}}", "Args (also written args)"],
])("an override that sets %s is refused in another case too", (_what, text, reason) => {
  expect(overrideProblem(text)).toContain(reason);
});

it("what endangers data is refused in another case too", () => {
  expect(overrideProblemWithVolumes("taskTemplate: {restartPolicy: {condition: none}}")).toContain("none");
  expect(overrideProblemWithVolumes("updateConfig: {order: start-first}")).toContain("start-first");
});

it.each([
  "taskTemplate: {containerSpec: {args: [gateway, run]}}",
  "TaskTemplate: {ContainerSpec: {Args: [gateway, run]}}",
  "{TaskTemplate: {LogDriver: {Options: {Max-Size: 1m, max-size: 2m}}}}",
  "labels: {Traefik: a, traefik: b}",
  // no field of the engine's: it ignores them, so they set nothing
  "task_template: {ContainerSpec: {mounts: []}}",
  "{'TaskTemplate ': {ContainerSpec: {Mounts: []}}}",
  "taskTemplate: {containerSpec: {ınit: true}}",
])("the override %s is accepted", (text) => {
  expect(overrideProblem(text)).toBeUndefined();
});

it("settings of an override from the dashboard are read in any case", () => {
  const serviceOverride = JSON.stringify({
    taskTemplate: {
      containerSpec: { stopGracePeriod: 20_000_000_000 },
      resources: { limits: { nanocpus: 5e8 } },
    },
  });
  expect(readOverride({ serviceOverride })).toMatchObject({ stopGraceSeconds: 20, cpus: 0.5 });
});
