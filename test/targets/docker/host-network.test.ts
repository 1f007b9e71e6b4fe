import { CapRoverProvider, DashboardAuth, type DockerTargetProps, HermesTarget } from "../../../lib";
import {
  type AgentProps,
  agent,
  containerWith,
  environmentOf,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  warningsOf,
} from "../../agents";

const HOST = { target: HermesTarget.docker({ hostNetwork: true }) };
type Stack = ReturnType<typeof newStack>;

const basic = (stack: Stack) =>
  DashboardAuth.basic(stack, "auth", {
    username: "ada",
    passwordHash: secretOf(stack, "hash"),
    sessionSecret: secretOf(stack, "session"),
    publicUrl: "https://hermes.example",
  });

describe("an agent on the host's network", () => {
  test("nothing of it is published, and the API server listens on the host's loopback", () => {
    const container = containerWith((stack) => ({ apiServer: { key: secretOf(stack) }, ...HOST }));
    expect(container).toMatchObject({ network_mode: "host" });
    expect(container).not.toHaveProperty("ports");
    expect(container).not.toHaveProperty("networks_advanced");
    expect(environmentOf(container)["API_SERVER_HOST"]).toBe("127.0.0.1");
  });

  test("an address of the API server that the program gives is kept, with a warning without TLS", () => {
    const stack = newStack();
    agent(stack, { apiServer: { key: secretOf(stack), host: "0.0.0.0" }, ...HOST });
    expect(warningsOf(stack)).toEqual([expect.stringContaining("api-server-without-tls")]);
  });

  test("its dashboard keeps its login: it listens on all addresses", () => {
    const container = containerWith((stack) => ({ dashboard: basic(stack), ...HOST }));
    expect(environmentOf(container)["HERMES_DASHBOARD_HOST"]).toBe("0.0.0.0");
  });

  test("the output names the address on the host", () => {
    const stack = newStack();
    agent(stack, { apiServer: { key: secretOf(stack), port: 8650 }, ...HOST });
    expect(synth(stack).output).toMatchObject({ hermes_url: { value: "http://127.0.0.1:8650" } });
  });

  test.each<[string, AgentProps, AgentProps]>([
    ["the same port", { apiServer: { key: "${var.a}" } }, { apiServer: { key: "${var.a}" } }],
    [
      "the port of a published service",
      {
        apiServer: { key: "${var.a}" },
        target: HermesTarget.docker({ publish: { apiServer: { port: 8650 } } }),
      },
      { apiServer: { key: "${var.a}", port: 8650 } },
    ],
    [
      "a port on all addresses",
      { apiServer: { key: "${var.a}", host: "0.0.0.0" } },
      { apiServer: { key: "${var.a}" } },
    ],
  ])("two agents of a host may not have %s", (_, first, second) => {
    const stack = newStack();
    const acknowledge = { "secret-exposed": "a test", "api-server-without-tls": "a test" } as const;
    agent(stack, { ...HOST, ...first, acknowledge }, "first");
    const refused = refusalOf(() => agent(stack, { ...HOST, ...second, acknowledge }, "second"));
    expect(rulesOf(refused)).toEqual(["duplicate-port"]);
    expect(refused.problems[0]?.prop).toBe("apiServer.port");
  });

  test("two agents of a host may not have platforms that take one port of the loopback for themselves", () => {
    const stack = newStack();
    const messaging = { whatsapp: { allowedUsers: ["+4915550100"] } };
    agent(stack, { messaging, ...HOST }, "first");
    const refused = refusalOf(() => agent(stack, { messaging, ...HOST }, "second"));
    expect(refused.problems).toMatchObject([{ prop: "messaging.whatsapp", rule: "duplicate-port" }]);
    // Each container with a network of its own has its own loopback.
    for (const id of ["third", "fourth"]) agent(stack, { messaging }, id);
  });

  test("two agents of a host may have ports of their own, and so may two hosts", () => {
    const stack = newStack();
    for (const [i, id] of ["first", "second"].entries())
      agent(stack, { apiServer: { key: secretOf(stack), port: 8650 + i }, ...HOST }, id);
  });

  test.each<[string, AgentProps]>([
    [
      "a model on the loopback",
      { model: { provider: "custom", name: "m", baseUrl: "http://127.0.0.1:8000/v1" } },
    ],
    [
      "a model by the loopback's name",
      { model: { provider: "custom", name: "m", baseUrl: "http://localhost:1/v1" } },
    ],
    ["LM Studio where it is by itself", { model: { provider: "lmstudio", name: "m" } }],
    ["a search engine on the loopback", { env: { SEARXNG_URL: "http://localhost:8080" } }],
    ["extra hosts", { extraHosts: { "models.lan": "10.0.0.1" } }],
    ["a device", { target: HermesTarget.docker({ hostNetwork: true, devices: [{ hostPath: "/dev/snd" }] }) }],
    ["labels", { target: HermesTarget.docker({ hostNetwork: true, labels: { team: "a" } }) }],
  ])("it may have %s", (_, props) => {
    const stack = newStack();
    agent(stack, { ...HOST, ...props });
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["ports", { publish: { apiServer: { port: 1 } } }, "publish"],
    ["networks", { networks: [{ name: "agents" }] }, "networks"],
    ["sidecars", { sidecars: {} }, "sidecars"],
  ])("it has no %s, neither in the types nor in plain JavaScript", (_, more, prop) => {
    const docker: (props: object) => HermesTarget = HermesTarget.docker;
    const target = Reflect.apply(docker, HermesTarget, [{ hostNetwork: true, ...more }]);
    expect(() => agent(newStack(), { target })).toThrow(`target.${prop}`);
  });

  test("the types know what goes together", () => {
    // @ts-expect-error: a port of the host's network can't be published
    const published: DockerTargetProps = { hostNetwork: true, publish: { apiServer: { port: 1 } } };
    // @ts-expect-error: a sidecar's name is unknown there
    const beside: DockerTargetProps = { hostNetwork: true, sidecars: {} };
    // @ts-expect-error: the provider can't name one GPU
    const oneGpu: DockerTargetProps = { gpus: "device=0" };
    expect([published, beside, oneGpu]).toHaveLength(3);
  });

  test("a CapRover server has none of it", () => {
    // @ts-expect-error: an app has no sidecars
    expect(() => inApp({ sidecars: {} })).toThrow("no such prop");
    // @ts-expect-error: an app is on CapRover's own network
    expect(() => inApp({ hostNetwork: true })).toThrow("no such prop");
    // @ts-expect-error: CapRover has no setting for it
    expect(() => inApp({ gpus: "all" })).toThrow("no such prop");
    // @ts-expect-error: CapRover has no setting for it
    expect(() => inApp({ devices: [] })).toThrow("no such prop");
  });

  function inApp(props: Parameters<typeof HermesTarget.caprover>[0]) {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    return agent(stack, { target: HermesTarget.caprover(props) });
  }
});

test.each([
  "/dev/snd",
  "/dev/dri/renderD128",
  "/dev/kvm",
  "/dev/fuse",
  "/dev/net/tun",
  "/dev/ttyUSB0",
  "/dev/video0",
  "/dev/shmem-not",
])("an agent may have the device %s, in full so that the next plan is empty", (hostPath) => {
  expect(containerWith({ target: HermesTarget.docker({ devices: [{ hostPath }] }) })).toMatchObject({
    devices: [{ host_path: hostPath, container_path: hostPath, permissions: "rwm" }],
  });
});

test.each([
  "/dev",
  "/dev/",
  "/dev/sda",
  "/dev/sda1",
  "/dev/nvme0n1p2",
  "/dev/vda",
  "/dev/mapper/root",
  "/dev/dm-0",
  "/dev/disk/by-uuid/x",
  "/dev/mem",
  "/dev//sdb",
])("an agent may not have the device %s without a reason", (hostPath) => {
  const target = HermesTarget.docker({ devices: [{ hostPath }] });
  expect(rulesOf(refusalOf(() => agent(newStack(), { target })))).toEqual(["docker-device-unsafe"]);
  agent(newStack(), { target, acknowledge: { "docker-device-unsafe": "a test" } });
});

test.each(["snd", "/dev/../etc", "rwm", ""])("%j is no path of a device", (hostPath) => {
  const target = HermesTarget.docker({ devices: [{ hostPath }] });
  expect(() => agent(newStack(), { target })).toThrow("devices[0].hostPath");
});

test.each(["x", "rr", "rwmr", ""])("%j are no permissions of a device", (permissions) => {
  const target = HermesTarget.docker({ devices: [{ hostPath: "/dev/snd", permissions }] });
  expect(() => agent(newStack(), { target })).toThrow("devices[0].permissions");
});
