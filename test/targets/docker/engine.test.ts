import { TerraformVariable } from "cdktf";
import fc from "fast-check";
import { areDifferent, type Engine, type EngineAddress, engineAt } from "../../../lib/targets/docker/engine";
import { newApp, newStack } from "../../agents";

const stack = newStack();
const engine = (address: string | EngineAddress, environment = {}): Engine =>
  engineAt(stack, typeof address === "string" ? { host: address } : address, environment);

const ONE_ENGINE: Readonly<Record<string, readonly string[]>> = {
  "the default socket": [
    "unix:///var/run/docker.sock",
    "unix:///run/docker.sock",
    "unix:////run//docker.sock",
    "unix:///var/run/../run/docker.sock",
    "ssh://localhost",
    "ssh://ada@127.0.0.1:22",
    "ssh://[::1]",
  ],
  "a host over ssh": [
    "ssh://h1",
    "ssh://H1",
    "ssh://h1:22",
    "ssh://h1:022",
    "ssh://h1/",
    "ssh://h1.",
    "SSH://h1",
    "ssh://ada@h1",
    "ssh://bob@h1:22/",
    "ssh://h1/var/run/docker.sock",
    "ssh://h1/run/docker.sock",
    "h1",
    "H1",
    "h1:22",
    "ada@h1",
    " ssh://h1 ",
  ],
  "a rootless engine over ssh": [
    "ssh://h1/run/user/1000/docker.sock",
    "ssh://ada@H1:22//run/user/1000/docker.sock",
  ],
  "a host over tcp": [
    "tcp://h1",
    "tcp://h1:2375",
    "tcp://H1:2375/",
    "tcp://h1.:02375",
    "http://h1:2375",
    "https://h1:2375",
  ],
  "a host over TLS": ["tcp://h1:2376", "https://H1:2376/"],
  "a host by IPv6": ["tcp://[2001:db8::1]:2375", "tcp://[2001:DB8:0:0::1]", "tcp://[2001:0db8::0001]:2375"],
  "this machine over tcp": ["tcp://localhost:2375", "tcp://127.0.0.1:2375", "tcp://[::1]"],
  "Docker Desktop on Windows": ["npipe:////./pipe/docker_engine", "npipe:////./PIPE/docker_engine"],
  "a rootless engine": ["unix:///run/user/1000/docker.sock", "unix:///var/run/user/1000/docker.sock"],
  "another rootless engine": ["unix:///run/user/1001/docker.sock"],
  "a tunnel": ["unix:///tmp/h1.sock", "unix:///tmp//h1.sock"],
  "another host": ["ssh://h2"],
  "another port": ["ssh://h1:2222", "ssh://ada@H1:2222/"],
};

test.each(Object.entries(ONE_ENGINE))("%s is one engine in all its spellings", (_what, spellings) => {
  const names = spellings.map((spelling) => engine(spelling).name);
  expect(new Set(names)).toEqual(new Set([names[0]]));
});

test("different engines have different names", () => {
  const names = Object.values(ONE_ENGINE).map(([first = ""]) => engine(first).name);
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  ["unix:///run/docker.sock", "unix:///run/user/1000/docker.sock", true],
  ["ssh://h1", "ssh://bob@h1/run/user/1000/docker.sock", true],
  ["unix:///run/docker.sock", "unix:///tmp/tunnel.sock", false],
  ["unix:///tmp/one.sock", "unix:///tmp/two.sock", false],
  ["tcp://localhost:2375", "tcp://localhost:2376", false],
  ["ssh://h1", "ssh://h1:2222", false],
  ["ssh://h1", "tcp://h1:2375", false],
])("%s and %s are engines of one machine: %s", (one, other, isOne) => {
  expect(engine(one).name).not.toBe(engine(other).name);
  expect(engine(one).machine === engine(other).machine).toBe(isOne);
});

const LOCAL = "unix:///var/run/docker.sock";

test.each<[what: string, EngineAddress, NodeJS.ProcessEnv, same: EngineAddress]>([
  ["nothing is the default socket", {}, {}, { host: LOCAL }],
  ["empty settings are the default socket", { host: "", context: "" }, { DOCKER_HOST: "" }, { host: LOCAL }],
  ["DOCKER_HOST fills in a host", {}, { DOCKER_HOST: "ssh://h1" }, { host: "ssh://H1:22" }],
  ["a host wins over DOCKER_HOST", { host: "ssh://h2" }, { DOCKER_HOST: "ssh://h1" }, { host: "ssh://h2" }],
  ["a context wins over a host", { context: "far", host: LOCAL }, {}, { context: "far" }],
  ["DOCKER_CONTEXT wins over a host", { host: LOCAL }, { DOCKER_CONTEXT: "far" }, { context: "far" }],
  [
    "an option of ssh gives the port",
    { host: "ssh://h1", sshOpts: ["-p", "2222"] },
    {},
    { host: "ssh://h1:2222" },
  ],
  [
    "a long option of ssh gives the port",
    { host: "ssh://h1:9", sshOpts: ["-o", "Port=2222"] },
    {},
    { host: "ssh://h1:2222" },
  ],
  [
    "other options of ssh do not count",
    { host: "ssh://h1", sshOpts: ["-o", "StrictHostKeyChecking=no", "-i", "key"] },
    {},
    { host: "ssh://h1" },
  ],
])("of a provider's settings, %s", (_what, address, environment, same) => {
  expect(engine(address, environment).name).toBe(engine(same).name);
});

test("one address by two routes is two engines", () => {
  const by = (...sshOpts: readonly string[]) => engine({ host: "ssh://10.0.0.5", sshOpts }).name;
  expect(new Set([by(), by("-J", "a"), by("-J", "b"), by("-o", "ProxyJump=a")]).size).toBe(4);
});

test("one Terraform value is one engine, and other values may be any engine", () => {
  const app = newApp();
  const one = newStack(app, "one");
  const two = newStack(app, "two");
  const host = new TerraformVariable(one, "host", { type: "string" });
  const other = new TerraformVariable(two, "host", { type: "string" });
  const at = (scope: typeof one, address: string) => engineAt(scope, { host: address }, {});
  const first = at(one, host.stringValue);
  expect(at(one, host.stringValue).name).toBe(first.name);
  expect(at(two, host.stringValue).name).toBe(first.name);
  expect(at(one, `ssh://ada@${host.stringValue}`).name).toBe(at(one, `ssh://${host.stringValue}`).name);
  expect(at(two, other.stringValue).name).not.toBe(first.name);
  expect(areDifferent(at(two, other.stringValue), first)).toBe(false);
  expect(areDifferent(first, at(one, "ssh://h1"))).toBe(false);
  expect(areDifferent(at(one, "ssh://h2"), at(one, "ssh://h1"))).toBe(true);
});

test.each<[EngineAddress, EngineAddress, boolean]>([
  [{ host: "ssh://h1" }, { host: "ssh://h2" }, true],
  [{ context: "near" }, { context: "far" }, true],
  [{ host: "ssh://h1" }, { host: "ssh://ada@H1:22" }, false],
  [{ context: "far" }, { context: "far" }, false],
  [{ context: "far" }, { host: "ssh://h1" }, false],
  [{ context: "${var.context}" }, { context: "far" }, false],
  [{}, { context: "far" }, false],
])("whether %j and %j can't be one engine: %s", (one, other, are) => {
  expect(areDifferent(engine(one), engine(other))).toBe(are);
  expect(areDifferent(engine(other), engine(one))).toBe(are);
});

test("no spelling of a host, a port, a user or a slash changes the engine", () => {
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  );
  const port = fc.integer({ min: 1, max: 65535 });
  const scheme = fc.constantFrom("ssh", "tcp");
  const user = fc.constantFrom("", "ada@", "Bob.B-1@");
  fc.assert(
    fc.property(scheme, host, port, user, fc.constantFrom("", "/"), (scheme, host, port, user, slash) => {
      const plain = engine(`${scheme}://${host}:${port}`);
      const spelt = `${scheme}://${user}${host.toUpperCase()}:0${port}${slash}`;
      expect(engine(spelt)).toEqual(plain);
      const usual = { ssh: 22, tcp: 2375 }[scheme];
      expect(engine(`${scheme}://${user}${host}${slash}`)).toEqual(engine(`${scheme}://${host}:${usual}`));
    }),
  );
});
