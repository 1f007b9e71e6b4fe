import { App, TerraformStack } from "cdktf";
import { HermesTarget, LocalModel, type SidecarProps, type SidecarsProps } from "../../../lib";
import { isToolServerName, TOOL_SERVERS } from "../../../lib/hermes/tool-servers";
import { goDuration, SETTINGS_LABEL } from "../../../lib/targets/docker/unapplied-settings";
import {
  agent,
  type ContainerJson,
  environmentOf,
  newApp,
  newDataOf,
  newStack,
  refusalOf,
  rulesOf,
  type StackJson,
  secretOf,
  synth,
  uploadOf,
  warningsOf,
} from "../../agents";

/** With settings of its own, so that a sidecar needs no file for them. */
const IMAGE = `acme/searxng@sha256:${"0".repeat(64)}`;
const HEALTH = { test: ["CMD", "wget", "-qO-", "http://127.0.0.1:8080/healthz"] };

const withSidecars = (sidecars: Required<SidecarsProps>["sidecars"], more: object = {}) => ({
  target: HermesTarget.docker({ sidecars, ...more }),
  ...(!("sidecarStack" in more) && { acknowledge: { "docker-sidecar-in-same-stack": "of the tests" } }),
});

/** An agent with one sidecar in a stack before its own. */
function deployed(search: Partial<SidecarProps> = {}, props: object = {}) {
  const app = newApp();
  const sidecarStack = newStack(app, "sidecars");
  const stack = newStack(app, "agents");
  agent(stack, {
    ...withSidecars({ search: { image: IMAGE, health: HEALTH, ...search } }, { sidecarStack }),
    ...props,
  });
  return { stack, sidecarStack, own: synth(stack), beside: synth(sidecarStack) };
}

function only<Value>(resources: Readonly<Record<string, Value>> = {}): Value {
  const [one, ...others] = Object.values(resources);
  if (one === undefined || others.length > 0) throw new Error("there is not one resource");
  return one;
}

const containerIn = (json: StackJson): ContainerJson => only(json.resource?.docker_container);

describe("a sidecar", () => {
  test("a sidecar of an earlier stack is on a network of its own with the agent, and nothing of it is published", () => {
    const { stack, own, beside } = deployed();
    expect(only(beside.resource?.docker_network)).toMatchObject({ name: "hermes-sidecars" });
    expect(containerIn(beside)).toMatchObject({
      name: "hermes-search",
      image: IMAGE,
      networks_advanced: [{ aliases: ["search"] }],
    });
    expect(containerIn(beside)).not.toHaveProperty("ports");
    expect(containerIn(own)).toMatchObject({ networks_advanced: [{ name: "hermes-sidecars" }] });
    expect(JSON.stringify(own)).not.toContain("remote_state");
    expect(App.of(stack).manifest.forStack(stack).dependencies.sort()).toEqual(["images", "sidecars"]);
  });

  test("a sidecar gets the care of an agent's container", () => {
    const { beside } = deployed({ memoryMiB: 512, shmMiB: 256 });
    expect(containerIn(beside)).toMatchObject({
      restart: "unless-stopped",
      log_driver: "json-file",
      log_opts: { "max-size": "10m", "max-file": "5" },
      destroy_grace_seconds: 30,
      stop_timeout: 30,
      remove_volumes: false,
      init: false,
      memory: 512,
      memory_swap: 512,
      shm_size: 256,
      wait: true,
    });
  });

  test("the apply waits for a sidecar until the engine itself would call it unhealthy", () => {
    const { beside } = deployed({ health: { ...HEALTH, startPeriodSeconds: 100, retries: 3 } });
    expect(containerIn(beside)).toMatchObject({
      wait_timeout: 100 + (3 + 1) * (5 + 5),
      healthcheck: { start_period: goDuration(100), interval: "5s", retries: 3 },
    });
  });

  test("a sidecar without health check is not waited for", () => {
    const app = newApp();
    const stack = newStack(app);
    agent(stack, withSidecars({ search: { image: IMAGE } }));
    const all = Object.values(synth(stack).resource?.docker_container ?? {});
    const sidecar = all.find(({ image }) => image === IMAGE);
    expect(sidecar).not.toHaveProperty("wait");
    // The container's own time includes the pull of its image.
    expect(sidecar).toMatchObject({ timeouts: { create: "2h0m0s" } });
  });

  test("a sidecar of the agent's own stack is there before the agent", () => {
    const stack = newStack();
    agent(stack, withSidecars({ search: { image: IMAGE, health: HEALTH } }));
    const containers = synth(stack).resource?.docker_container ?? {};
    const [address] = Object.entries(containers).find(([, { image }]) => image === IMAGE) ?? [];
    const own = Object.values(containers).find(({ image }) => image !== IMAGE);
    expect(own?.["depends_on"]).toEqual([`docker_container.${address}`]);
  });

  test.each<[string, Partial<SidecarProps>]>([
    ["another interval", { health: { ...HEALTH, intervalSeconds: 7 } }],
    ["another check", { health: { test: ["CMD", "true"] } }],
    ["another volume at a path", { volumes: [{ volume: "other", target: "/cache" }] }],
    ["a volume that is read-only", { volumes: [{ volume: "cache", target: "/cache", readOnly: true }] }],
  ])("%s, which the provider would not apply, changes a label that replaces the sidecar", (_, change) => {
    const labels = (props: Partial<SidecarProps>) => containerIn(deployed(props).beside).labels;
    const before = labels({ volumes: [{ volume: "cache", target: "/cache" }] });
    expect(before).toHaveLength(1);
    expect(labels({ volumes: [{ volume: "cache", target: "/cache" }], ...change })).not.toEqual(before);
  });

  test("nobody takes a sidecar for an agent by its label", () => {
    expect(containerIn(deployed().beside).labels.map(({ label }) => label)).not.toContain(SETTINGS_LABEL);
  });

  test("plain and secret variables and files of a sidecar arrive unchanged", () => {
    const app = newApp();
    const sidecarStack = newStack(app, "sidecars");
    agent(newStack(app, "agents"), {
      ...withSidecars(
        {
          search: {
            image: IMAGE,
            env: { SEARXNG_BASE_URL: "http://search:8080/%{x}" },
            secrets: { SEARXNG_SECRET: secretOf(sidecarStack, "searxng_secret") },
            files: { "/etc/searxng/settings.yml": "a: ${B}\n" },
          },
        },
        { sidecarStack },
      ),
    });
    const made = containerIn(synth(sidecarStack));
    expect(environmentOf(made)).toEqual({
      SEARXNG_BASE_URL: "http://search:8080/%%{x}",
      SEARXNG_SECRET: "${var.searxng_secret}",
    });
    expect(uploadOf(made, "/etc/searxng/settings.yml")).toBe("a: $${B}\n");
  });

  test("two agents may have sidecars of the same name", () => {
    const app = newApp();
    const sidecarStack = newStack(app, "sidecars");
    for (const id of ["work", "home"])
      agent(
        newStack(app, id),
        withSidecars({ search: { image: IMAGE, health: HEALTH } }, { sidecarStack }),
        id,
      );
    const containers = Object.values(synth(sidecarStack).resource?.docker_container ?? {});
    expect(containers.map(({ name }) => name).sort()).toEqual(["home-search", "work-search"]);
  });

  test("the manifest names the sidecars", () => {
    const { own } = deployed();
    const [manifest] = Object.values(own.output ?? {}).flatMap(({ value }) =>
      typeof value === "string" && value.includes('"version"') ? [JSON.parse(value)] : [],
    );
    expect(manifest.place.sidecars).toEqual([{ name: "search", container: "hermes-search", image: IMAGE }]);
  });
});

describe("what a sidecar serves", () => {
  test.each(
    Object.keys(TOOL_SERVERS).filter(isToolServerName),
  )("a sidecar that serves %s is named to the agent", (server) => {
    const { own } = deployed({ serves: { [server]: 8080 } });
    const container = containerIn(own);
    const { variable, settings = {} } = { settings: {}, ...TOOL_SERVERS[server] };
    expect(environmentOf(container)).toMatchObject({ [variable]: "http://search:8080" });
    expect(uploadOf(container, "/etc/hermes/.env")).toContain(`${variable}='http://search:8080'`);
    const config = JSON.parse(uploadOf(container, "/etc/hermes/config.yaml") ?? "{}");
    for (const [path, value] of Object.entries(settings)) {
      const [section = "", key = ""] = path.split(".");
      expect(config[section]).toMatchObject({ [key]: value });
    }
  });

  test("the program's own setting wins over the one that a sidecar gives", () => {
    const { own } = deployed(
      { serves: { searxng: 8080 } },
      { config: { web: { search_backend: "tavily" } } },
    );
    const config = JSON.parse(uploadOf(containerIn(own), "/etc/hermes/config.yaml") ?? "{}");
    expect(config.web.search_backend).toBe("tavily");
  });
});

/** Each of these must be refused, and each of the others must not be. */
describe("sidecars together", () => {
  const sidecar = { image: IMAGE };
  type Case = readonly [string, (stack: TerraformStack) => object, readonly string[]];
  const refused: readonly Case[] = [
    ["one has the agent's name", () => withSidecars({ hermes: sidecar }), ["docker-host-name-duplicate"]],
    [
      "one has another name of the agent",
      () => withSidecars({ bot: sidecar }, { networks: [{ name: "agents", aliases: ["bot"] }] }),
      ["docker-host-name-duplicate"],
    ],
    [
      "one has the name of an entry in extraHosts, in capitals",
      () => ({ ...withSidecars({ search: sidecar }), extraHosts: { SEARCH: "192.168.1.20" } }),
      ["docker-host-name-duplicate"],
    ],
    [
      "one has the name of the model's server",
      (stack) => ({
        ...withSidecars({ qwen: sidecar }),
        model: LocalModel.ollama(newStack(App.of(stack), "models"), "qwen", { image: IMAGE, model: "qwen3" }),
      }),
      ["docker-host-name-duplicate"],
    ],
    [
      "one has the name that a platform calls the agent by",
      (stack) => ({
        ...withSidecars({ mac: sidecar }, { publish: { bluebubbles: { address: "0.0.0.0" } } }),
        messaging: {
          bluebubbles: {
            serverUrl: "http://192.168.1.20:1234",
            password: secretOf(stack, "b"),
            webhookHost: "mac",
            allowedUsers: ["+4915550100"],
          },
        },
      }),
      ["docker-host-name-duplicate"],
    ],
    [
      "two serve one tool",
      () =>
        withSidecars({ a: { ...sidecar, serves: { cdp: 1 } }, b: { ...sidecar, serves: { camofox: 2 } } }),
      ["docker-sidecar-duplicate"],
    ],
    [
      "env says the address too",
      () => ({
        ...withSidecars({ a: { ...sidecar, serves: { searxng: 1 } } }),
        env: { SEARXNG_URL: "http://search.lan" },
      }),
      ["docker-sidecar-duplicate"],
    ],
    [
      "a variable is plain and secret",
      (stack) => withSidecars({ a: { ...sidecar, env: { A: "1" }, secrets: { A: secretOf(stack) } } }),
      ["server-duplicate"],
    ],
    [
      "a file lies where a volume is mounted",
      () =>
        withSidecars({
          a: { ...sidecar, files: { "/data": "x" }, volumes: [{ volume: "data", target: "/data/" }] },
        }),
      ["server-duplicate"],
    ],
    [
      "one mounts the agent's data",
      () => withSidecars({ a: { ...sidecar, volumes: [{ volume: "hermes-data", target: "/x" }] } }),
      ["duplicate-data-mount"],
    ],
    [
      "one mounts a directory with an engine's socket in it",
      () => withSidecars({ a: { ...sidecar, volumes: [{ hostPath: "/run", target: "/host" }] } }),
      ["server-engine-socket"],
    ],
    [
      "one is a proxy of an engine elsewhere",
      () => withSidecars({ a: { ...sidecar, env: { DOCKER_HOST: "tcp://10.0.0.1:2375" } } }),
      ["server-engine-socket"],
    ],
    [
      "an image has no tag",
      () => withSidecars({ a: { image: "searxng/searxng" } }),
      ["docker-sidecar-image-floating"],
    ],
    [
      "an image's host has a port and the image has no tag",
      () => withSidecars({ a: { image: "registry.lan:5000/searxng" } }),
      ["docker-sidecar-image-floating"],
    ],
    [
      "a secret is written out",
      () => withSidecars({ a: { ...sidecar, secrets: { A: "0123456789" } } }),
      ["secret-literal"],
    ],
    [
      "a plain variable is a password by its name",
      () => withSidecars({ a: { ...sidecar, env: { DB_PASSWORD: "0123456789" } } }),
      ["server-credential"],
    ],
    [
      "the name of another agent's sidecar is the agent's own",
      (stack) => {
        agent(stack, withSidecars({ search: sidecar }), "first");
        return { ...withSidecars({ x: sidecar }), name: "first-search" };
      },
      ["duplicate-name"],
    ],
  ];

  test.each(refused)("sidecars are refused if %s", (_, props, rules) => {
    const stack = newStack();
    expect(
      rulesOf(refusalOf(() => agent(stack, { data: newDataOf(stack, "hermes-data"), ...props(stack) }))),
    ).toEqual(rules);
  });

  const accepted: readonly (readonly [string, (stack: TerraformStack) => object])[] = [
    ["two share a volume", () => withSidecars({ a: shared("a"), b: shared("b") })],
    [
      "one is pinned by a tag with a date",
      () => withSidecars({ a: { image: "searxng/searxng:2025.11.1-abc" } }),
    ],
    [
      "one is pinned by a digest beside a tag that moves",
      () => withSidecars({ a: { image: `${"x:latest"}@sha256:${"0".repeat(64)}` } }),
    ],
    [
      "one mounts a directory of its own",
      () => withSidecars({ a: { ...sidecar, volumes: [{ hostPath: "/srv/a", target: "/a" }] } }),
    ],
    [
      "three serve three tools",
      () =>
        withSidecars({
          a: { ...sidecar, serves: { searxng: 1 } },
          b: { ...sidecar, serves: { camofox: 2 } },
          c: { ...sidecar, serves: { firecrawl: 3 } },
        }),
    ],
    [
      "one has variables that only look harmful",
      () =>
        withSidecars({ a: { ...sidecar, env: { DOCKER_HOST: "ssh://docker@build.lan", PATH: "/usr/bin" } } }),
    ],
    [
      "one has a file beside its volume",
      () =>
        withSidecars({
          a: {
            ...sidecar,
            files: { "/etc/a.yml": "a: 1" },
            volumes: [{ volume: "cache", target: "/etc/a" }],
          },
        }),
    ],
    [
      "the agent joins networks too",
      () => withSidecars({ a: sidecar }, { networks: [{ name: "agents", create: true }] }),
    ],
    [
      "the agent has extra hosts of other names",
      () => ({ ...withSidecars({ a: sidecar }), extraHosts: { "a.lan": "10.0.0.1" } }),
    ],
    ["there are none", () => withSidecars({})],
    [
      "the agent's env names another tool's server",
      () => ({
        ...withSidecars({ a: { ...sidecar, serves: { searxng: 1 } } }),
        env: { CAMOFOX_URL: "http://browser.lan:9377" },
      }),
    ],
    [
      "a secret comes from a variable",
      (stack) => withSidecars({ a: { ...sidecar, secrets: { A: secretOf(stack) } } }),
    ],
    [
      "another agent has a sidecar on the same host path",
      (stack) => {
        agent(
          stack,
          withSidecars({ a: { ...sidecar, volumes: [{ hostPath: "/srv/a", target: "/a" }] } }),
          "first",
        );
        return withSidecars({
          a: { ...sidecar, volumes: [{ hostPath: "/srv/a", target: "/a", readOnly: true }] },
        });
      },
    ],
  ];

  function shared(name: string): SidecarProps {
    return { ...sidecar, volumes: [{ volume: "shared", target: `/${name}` }] };
  }

  test.each(accepted)("sidecars are accepted if %s", (_, props) => {
    const stack = newStack();
    agent(stack, { data: newDataOf(stack, "hermes-data"), ...props(stack) });
    expect(Object.keys(synth(stack).resource?.docker_container ?? {}).length).toBeGreaterThan(0);
  });

  test("a stack for sidecars without a Docker provider is refused", () => {
    const app = newApp();
    const sidecarStack = new TerraformStack(app, "sidecars");
    const stack = newStack(app);
    agent(stack, withSidecars({ a: sidecar }, { sidecarStack }));
    expect(() => app.synth()).toThrow(/DockerProvider/);
  });
});

test.each([
  "a sidecar",
  "a model's server",
])("an agent with %s is no longer on the default bridge, and trusting that alone causes a warning", (what) => {
  const app = newApp();
  const beside = newStack(app, "beside");
  const stack = newStack(app, "agents");
  const props =
    what === "a sidecar"
      ? withSidecars({ search: { image: IMAGE } }, { sidecarStack: beside })
      : { model: LocalModel.ollama(beside, "qwen", { image: IMAGE, model: "qwen3" }) };
  agent(stack, { ...props, trustedProxies: ["172.17.0.1"] });
  expect(warningsOf(stack)).toEqual([expect.stringContaining("docker-trusted-proxies-elsewhere")]);
});
