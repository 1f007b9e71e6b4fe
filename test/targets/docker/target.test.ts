import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, type TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import {
  DashboardAuth,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
  type RegistryImageProps,
} from "../../../lib";
import { goDuration, SETTINGS_LABEL } from "../../../lib/targets/docker/unapplied-settings";
import {
  type AgentProps,
  agent,
  type ContainerJson,
  containerOf,
  containerWith,
  imageOf,
  imageStack,
  NEWEST,
  newApp,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  temporaryFolder,
  warningsOf,
} from "../../agents";

const DIGEST = `sha256:${"0".repeat(64)}`;

function dependenciesOf(stack: TerraformStack): readonly string[] {
  App.of(stack).synth();
  const manifest = JSON.parse(readFileSync(join(App.of(stack).outdir, "manifest.json"), "utf8"));
  return manifest.stacks[stack.node.id].dependencies;
}

describe("an image in an earlier stack", () => {
  test("an image in an earlier stack is named literally, and the agent's stack depends on that stack", () => {
    const stack = newStack();
    agent(stack, { release: "v2026.7.30" });
    expect(dependenciesOf(stack)).toEqual(["images"]);
    expect(containerOf(stack).image).toBe("nousresearch/hermes-agent:v2026.7.30");
    expect(JSON.stringify(synth(stack))).not.toContain("remote_state");
    expect(Object.values(synth(imageStack(stack)).resource?.docker_image ?? {})).toEqual([
      expect.objectContaining({ name: "nousresearch/hermes-agent:v2026.7.30", keep_locally: true }),
    ]);
  });

  test("an image in an earlier stack serves many agents of many stacks, as one resource", () => {
    const app = newApp();
    for (const id of ["one", "two", "three"]) agent(newStack(app, id), {}, `agent-${id}`);
    const images = imageStack(app);
    expect(Object.keys(synth(images).resource?.docker_image ?? {})).toHaveLength(1);
  });

  test("an image that no agent uses has no resource", () => {
    const stack = newStack();
    imageOf(stack);
    expect(synth(imageStack(stack)).resource).toBeUndefined();
  });

  test("an image may have a tag and a digest, and the digest decides", () => {
    const stack = newStack();
    const image = HermesImage.registry(imageStack(stack), "image", { tag: "v0.21.6", digest: DIGEST });
    agent(stack, { image });
    expect(containerOf(stack).image).toBe(`nousresearch/hermes-agent:v0.21.6@${DIGEST}`);
  });
});

test("an image in the same stack is named by its id, with a warning about the risk", () => {
  const stack = newStack();
  agent(stack, { image: HermesImage.registry(stack, "image", { tag: "v0.21.6" }) });
  expect(containerOf(stack).image).toMatch(/^\$\{docker_image\.\w+\.image_id\}$/);
  expect(warningsOf(stack)).toEqual([
    expect.stringMatching(/no agent is left.*; fix: move the HermesImage .*docker-image-in-same-stack/),
  ]);
});

describe("a wrapper", () => {
  const wrapped = () => {
    const stack = newStack();
    const image = HermesImage.wrapper(imageStack(stack), "image", {
      release: "v2026.5.16",
      baseDigest: DIGEST,
    });
    agent(stack, { image });
    const made = Object.values(synth(imageStack(stack)).resource?.docker_image ?? {})[0];
    return { stack, image, made };
  };

  test("a wrapper's tag is the hash of its content, which also triggers its build", () => {
    const { image, made } = wrapped();
    const hash = image.context?.hash;
    expect(made).toMatchObject({
      name: `localhost/hermes-agent:${hash?.slice(0, 16)}`,
      triggers: { context: hash },
    });
  });

  test("a wrapper needs no cdktf.json and no absolute output folder", () => {
    const app = new App({ outdir: relative(process.cwd(), temporaryFolder()) });
    const stack = newStack(app);
    const image = HermesImage.wrapper(imageStack(stack), "image", { release: NEWEST, baseDigest: DIGEST });
    agent(stack, { image });
    const { context } = Object(
      Object.values(synth(imageStack(stack)).resource?.docker_image ?? {})[0]?.["build"],
    );
    expect(context).not.toMatch(/^\//);
  });

  test("a wrapper's context is an asset, with the modes that the hash includes", () => {
    const { stack, image, made } = wrapped();
    const { context } = Object(made?.["build"]);
    expect(context).toBe(
      `assets/image_context_${/_(\w+)\//.exec(context)?.[1]?.split("_").at(-1)}/${image.context?.hash}`,
    );
    const folder = join(App.of(stack).outdir, "stacks/images", context);
    for (const { path, mode, content } of image.context?.files ?? []) {
      expect(readFileSync(join(folder, path), "utf8")).toBe(content);
      expect(statSync(join(folder, path)).mode & 0o777).toBe(mode);
    }
  });
});

describe("no plan destroys the data", () => {
  test("a plain volume is mounted by name and is not a resource", () => {
    const stack = newStack();
    agent(stack);
    expect(Object.keys(synth(stack).resource ?? {})).toEqual(["docker_container"]);
  });

  test("a host path is a bind mount", () => {
    const made = containerWith((stack) => ({
      data: new PersistentDataVolume(stack, "data", { hostPath: "/srv/hermes" }),
    }));
    expect(made.mounts).toEqual([{ type: "bind", source: "/srv/hermes", target: "/opt/data" }]);
  });

  const withOptions = (path: readonly string[], id: string) => {
    const stack = newStack();
    const scope = path.reduce<Construct>((above, name) => new Construct(above, name), stack);
    const driverOptions = { type: "none", o: "bind", device: "/srv/x" };
    agent(stack, { data: new PersistentDataVolume(scope, id, { name: "hermes.data_1", driverOptions }) });
    return synth(stack).resource?.docker_volume ?? {};
  };

  test("only the name of a volume with driver options decides its address", () => {
    const [address, ...others] = Object.keys(withOptions([], "data"));
    expect(others).toEqual([]);
    expect(Object.keys(withOptions(["moved", "deep"], "renamed"))).toEqual([address]);
    expect(Object.values(withOptions([], "data"))).toEqual([
      expect.objectContaining({
        name: "hermes.data_1",
        driver: "local",
        lifecycle: { prevent_destroy: true },
      }),
    ]);
  });

  test("volumes with different names never share an address", () => {
    const addressOf = (name: string) => {
      const stack = newStack();
      agent(stack, { data: new PersistentDataVolume(stack, "data", { name, driver: "local" }) });
      return Object.keys(synth(stack).resource?.docker_volume ?? {})[0];
    };
    const names = ["a.b", "a_b", "a-b", "a_db", "a__b", "a._b", "a_.b", "A.b"];
    expect(new Set(names.map(addressOf)).size).toBe(names.length);
  });

  test("a volume with driver options in another stack is created there, before the agent", () => {
    const app = newApp();
    const storage = newStack(app, "storage");
    const stack = newStack(app);
    agent(stack, { data: new PersistentDataVolume(storage, "data", { name: "hermes", driver: "local" }) });
    expect(dependenciesOf(stack)).toEqual(["storage", "images"]);
    expect(synth(stack).resource).not.toHaveProperty("docker_volume");
    expect(Object.keys(synth(storage).resource?.docker_volume ?? {})).toHaveLength(1);
  });

  test("two agents that share a volume on purpose both wait for it, also from other stacks", () => {
    const app = newApp();
    const storage = newStack(app, "storage");
    const data = new PersistentDataVolume(storage, "data", { name: "hermes", driver: "local" });
    const acknowledge = { "duplicate-data": "one of them is always stopped" };
    const stacks = ["one", "two"].map((id) => newStack(app, id));
    for (const stack of stacks) agent(stack, { data, acknowledge }, `agent-${stack.node.id}`);
    for (const stack of stacks) {
      expect(dependenciesOf(stack)).toEqual(expect.arrayContaining(["storage"]));
      expect(JSON.stringify(synth(stack))).not.toContain("docker_volume");
    }
  });
});

describe("the release in a label of the container", () => {
  const labelOf = (make: (stack: TerraformStack) => HermesImage) => {
    const stack = newStack();
    agent(stack, { image: make(imageStack(stack)) });
    return containerOf(stack).labels.find(({ label }) => label === "cdktf-hermes.release")?.value;
  };

  test.each<[what: string, RegistryImageProps, release: string | undefined]>([
    ["a tag", { tag: "v2026.7.30" }, "v2026.7.30"],
    ["a tag that is a version", { tag: "v0.21.6", digest: DIGEST }, "v0.21.6"],
    [
      "`release`, whatever the tag",
      { repository: "ghcr.io/acme/hermes", tag: "sha-0123456", release: "v2026.8.3" },
      "v2026.8.3",
    ],
    [
      "nothing that names one",
      { digest: DIGEST, acknowledge: { "image-release-unknown": "the newest" } },
      undefined,
    ],
  ])("is that of %s", (_what, props, release) => {
    expect(labelOf((stack) => HermesImage.registry(stack, "named", props))).toBe(release);
  });

  test("is that of a wrapper's base", () => {
    const props = { release: "v2026.7.30", baseRevision: "1" };
    expect(labelOf((stack) => HermesImage.wrapper(stack, "wrapped", props))).toBe("v2026.7.30");
  });
});

describe("a change that the provider neither applies nor turns into a replacement", () => {
  const labelOf = ({ labels }: ContainerJson) => labels.find(({ label }) => label === SETTINGS_LABEL)?.value;
  const base = labelOf(containerWith({}));

  test.each<[string, AgentProps]>([
    ["CPUs", { cpus: 1 }],
    ["check's interval", { healthCheck: { intervalSeconds: 6 } }],
    ["check's timeout", { healthCheck: { timeoutSeconds: 6 } }],
    ["check's retries", { healthCheck: { retries: 5 } }],
    ["check's start period", { healthCheck: { startPeriodSeconds: 5 } }],
    ["check itself", { release: "v2026.6.19" }],
  ])("a change of %s changes the label, so that the container is replaced", (_, props) => {
    expect(labelOf(containerWith(props))).not.toBe(base);
  });

  test.each<[string, AgentProps]>([
    ["stop grace, which is taken up in place", { stopGraceSeconds: 90 }],
    ["memory, which is applied in place", { memoryMiB: 2048 }],
    ["labels of one's own", { target: HermesTarget.docker({ labels: { team: "blue" } }) }],
  ])("a change of %s does not change the label", (_, props) => {
    expect(labelOf(containerWith(props))).toBe(base);
  });

  test("Terraform notices a changed number that only it knows", () => {
    const limit = (name: string, before: number) =>
      labelOf(
        containerWith((stack) => {
          for (let i = 0; i < before; i++) new TerraformVariable(stack, `other${i}`, {}).stringValue;
          return { cpus: new TerraformVariable(stack, name, { type: "number" }).numberValue };
        }),
      );
    expect(limit("cpus", 0)).toMatch(
      /^[0-9a-f]{16}-\$\{substr\(sha256\(join\("\\n", \[floor\(\(var\.cpus \* 100000\)\)\]\)\), 0, 16\)\}$/,
    );
    expect(limit("cpus", 5)).toBe(limit("cpus", 0));
  });
});

describe("mistakes of the provider are avoided", () => {
  test("CPUs are given as period and quota, because `cpus` panics", () => {
    const made = containerWith({ cpus: 1.5 });
    expect(made).toMatchObject({ cpu_period: 100_000, cpu_quota: 150_000 });
    expect(made).not.toHaveProperty("cpus");
  });

  test("memory is given with its swap limit", () => {
    expect(containerWith({ memoryMiB: 2048 })).toMatchObject({ memory: 2048, memory_swap: 2048 });
  });

  test("an image has two hours for its pull, which Terraform would end after 20 minutes", () => {
    const stack = newStack();
    agent(stack);
    synth(stack);
    const [image] = Object.values(synth(imageStack(stack)).resource?.docker_image ?? {});
    expect(image).toMatchObject({ timeouts: { create: "2h0m0s" } });
  });

  test("a start that may take longer than 20 minutes has its time too", () => {
    expect(containerWith({})).not.toHaveProperty("timeouts");
    const slow = containerWith({ healthCheck: { startPeriodSeconds: 1800 } });
    expect(slow).toMatchObject({ wait_timeout: 1800 + 25 * 10, timeouts: { create: "39m10s" } });
  });

  test("a mount that changes in any part changes the label, which replaces the container", () => {
    const labels = [
      { hostPath: "/srv/a", target: "/work" },
      { hostPath: "/srv/b", target: "/work" },
      { hostPath: "/srv/a", target: "/other" },
      { hostPath: "/srv/a", target: "/work", readOnly: true },
    ].map((mount) => containerWith({ mounts: [mount] }).labels[0]?.value);
    expect(new Set(labels).size).toBe(labels.length);
  });

  test("data is given as mounts, never as volumes or volume options", () => {
    const made = containerWith({ mounts: [{ volume: "work", target: "/work", readOnly: true }] });
    expect(made.mounts[1]).toEqual({ type: "volume", source: "work", target: "/work", read_only: true });
    expect(JSON.stringify(made)).not.toContain("volume_options");
    expect(made).not.toHaveProperty("volumes");
  });

  test("empty lists are left out", () => {
    const nothing = {
      target: HermesTarget.docker({ networks: [], labels: {}, publish: {} }),
      mounts: [],
      extraHosts: {},
      env: {},
      secrets: {},
      trustedProxies: [],
    };
    expect(containerWith(nothing)).toEqual(containerWith({}));
  });

  /** Go's time.Duration.String for whole seconds, in plain steps. */
  function asGoPrints(seconds: number): string {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    if (seconds < 60) return `${s}s`;
    return seconds < 3600 ? `${m}m${s}s` : `${h}h${m}m${s}s`;
  }

  test("durations are written as Go prints them", () => {
    const known = {
      0: "0s",
      5: "5s",
      60: "1m0s",
      90: "1m30s",
      180: "3m0s",
      3600: "1h0m0s",
      3661: "1h1m1s",
      86400: "24h0m0s",
    };
    for (const [seconds, text] of Object.entries(known)) expect(goDuration(Number(seconds))).toBe(text);
    fc.assert(
      fc.property(fc.nat(1_000_000), (seconds) => expect(goDuration(seconds)).toBe(asGoPrints(seconds))),
    );
  });
});

describe("networks", () => {
  test("networks are joined by name, or created if asked", () => {
    const stack = newStack();
    agent(stack, {
      target: HermesTarget.docker({
        networks: [{ name: "there" }, { name: "new", create: true, aliases: ["hermes"] }],
      }),
    });
    expect(containerOf(stack)["networks_advanced"]).toEqual([
      { name: "there" },
      { name: expect.stringMatching(/^\$\{docker_network\.[\w-]+\.name\}$/), aliases: ["hermes"] },
    ]);
    expect(Object.values(synth(stack).resource?.docker_network ?? {})).toEqual([
      expect.objectContaining({ name: "new" }),
    ]);
  });
});

describe("the provider", () => {
  const twoEngines = (
    engineIn: (stack: TerraformStack) => object = () => ({ host: "ssh://far.example" }),
  ) => {
    const stack = newStack(newApp(), "old");
    const images = imageStack(stack);
    const provider = new DockerProvider(images, "far", { alias: "far", ...engineIn(images) });
    const image = HermesImage.registry(images, "far-image", { tag: NEWEST, provider });
    const target = { provider: new DockerProvider(stack, "far", { alias: "far", ...engineIn(stack) }) };
    return { stack, target, far: { target: HermesTarget.docker(target), image } };
  };

  test("a provider with an alias has all resources of its agent, and the commands go to its engine", () => {
    const { stack, target, far } = twoEngines();
    const data = new PersistentDataVolume(stack, "data", { name: "hermes", driver: "local" });
    const networks = [{ name: "net", create: true }];
    const { commands } = agent(stack, { ...far, data, target: HermesTarget.docker({ ...target, networks }) });
    const { docker_container, docker_volume, docker_network } = synth(stack).resource ?? {};
    for (const resources of [docker_container, docker_volume, docker_network])
      for (const resource of Object.values(resources ?? {}))
        expect(resource).toMatchObject({ provider: "docker.far" });
    expect(commands["logs"]).toBe("docker -H ssh://far.example logs --follow --tail 100 hermes");
  });

  test.each<[what: string, engine: object, expected: string]>([
    ["a plain address", { host: "ssh://deploy@far.example:2222" }, "docker -H ssh://deploy@far.example:2222"],
    ["a context", { context: "far" }, "docker --context far"],
    ["an address with brackets", { host: "tcp://[::1]:2375" }, "docker -H 'tcp://[::1]:2375'"],
    ["a name with a space", { context: "far away" }, "docker --context 'far away'"],
    ["a name with more commands in it", { context: "a; rm -rf /" }, "docker --context 'a; rm -rf /'"],
    ["a quote", { host: "ssh://o'neill" }, "docker -H 'ssh://o'\\''neill'"],
  ])("the commands name %s as one word", (_what, engine, expected) => {
    const { stack, far } = twoEngines(() => engine);
    const { commands } = agent(stack, far);
    expect(commands["logs"]).toBe(`${expected} logs --follow --tail 100 hermes`);
  });

  test("a sensitive address is in no output: the shell takes it from its environment", () => {
    const { stack, far } = twoEngines((one) => ({ host: secretOf(one, "host") }));
    agent(stack, far);
    const outputs = JSON.stringify(synth(stack).output);
    expect(outputs).toContain('docker -H \\"$${DOCKER_HOST:?set it to the engine of this agent}\\" logs');
    expect(outputs).not.toContain("var.host");
  });

  test("two volumes with one address are refused, because one of them would be lost", () => {
    const { stack, far } = twoEngines();
    const data = (id: string) => new PersistentDataVolume(stack, id, { name: "hermes", driver: "local" });
    agent(stack, { data: data("d1") });
    const { message } = refusalOf(() => agent(new Construct(stack, "x"), { data: data("d2"), ...far }));
    expect(message).toContain('old/d2: name = "hermes": old/d1 already has the Terraform address');
  });

  test("the same name on two engines is no conflict, and on one engine it is", () => {
    const { stack, far } = twoEngines();
    const scope = new Construct(stack, "far-away");
    const data = (id: string) => new PersistentDataVolume(stack, id, { name: "hermes" });
    agent(stack, { data: data("d1") });
    agent(scope, { data: data("d2"), ...far });
    const again = new Construct(stack, "again");
    const refused = refusalOf(() => agent(again, { data: data("d3"), ...far }));
    expect(rulesOf(refused)).toEqual(["duplicate-data", "duplicate-name"]);
  });
});

test("a refused agent leaves no folder of a wrapper", () => {
  const stack = newStack();
  const image = HermesImage.wrapper(imageStack(stack), "image", { release: "v0.21.6", baseRevision: "1" });
  refusalOf(() =>
    agent(stack, { image, dashboard: DashboardAuth.trustedNetwork(stack, "a", { reason: "lab" }) }),
  );
  expect(existsSync(join(App.of(stack).outdir, "wrapper-contexts"))).toBe(false);
});
