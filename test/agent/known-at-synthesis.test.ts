/** What Hermes, the engine or Terraform would refuse, or read otherwise than it was meant, is refused at synthesis. */

import type { TerraformStack } from "cdktf";
import { Token } from "cdktf";
import { DashboardAuth, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "../../lib";
import { agent, imageOf, NEWEST, newDataOf, newStack, refusalOf, secretOf, synth } from "../agents";

const SHA = "0".repeat(64);
const number = Token.asNumber("${var.number}");
const text = "${var.text}";

/** Passes props that TypeScript would reject, as a JavaScript caller may. */
function make(props: (stack: TerraformStack) => object): TerraformStack {
  const stack = newStack();
  const own = { image: imageOf(stack), data: newDataOf(stack, "data"), ...props(stack) };
  Reflect.construct(HermesApp, [stack, "hermes", own]);
  return stack;
}

const api = (more: object) => (stack: TerraformStack) => ({ apiServer: { key: secretOf(stack), ...more } });
const docker = (props: object) => () => ({ target: HermesTarget.docker(props) });
const model = (baseUrl: string) => () => ({ model: { provider: "custom", name: "m", baseUrl } });
const published = (service: object) => (stack: TerraformStack) => ({
  ...api({})(stack),
  target: HermesTarget.docker({ publish: { apiServer: service } }),
});
const caprover = (address: object) => (stack: TerraformStack) => ({
  ...api({})(stack),
  target: HermesTarget.caprover(Object({ address })),
});

test.each<[string, (stack: TerraformStack) => object]>([
  ["extraHosts.a", () => ({ extraHosts: { a: "models.lan" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "192.168.1" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "192.168.1.300" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "192.168.1.20:8000" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "http://192.168.1.20" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "192.168.1.0/24" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "[::1]" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "fe80::1%eth0" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "host-gatway" } })],
  ["extraHosts.a", () => ({ extraHosts: { a: "" } })],
  ['extraHosts["a b"]', () => ({ extraHosts: { "a b": "10.0.0.1" } })],
  ["extraHosts.-a", () => ({ extraHosts: { "-a": "10.0.0.1" } })],
  ["extraHosts.a..b", () => ({ extraHosts: { "a..b": "10.0.0.1" } })],
  ["extraHosts.10.0.0.1", () => ({ extraHosts: { "10.0.0.1": "10.0.0.2" } })],
  ["extraHosts", () => ({ extraHosts: { "http://a": "10.0.0.1" } })],
  ["memoryMiB", () => ({ memoryMiB: 2 ** 32 + 1 })],
  ["memoryMiB", () => ({ memoryMiB: 0 })],
  ["memoryMiB", () => ({ memoryMiB: 4 })],
  ["cpus", () => ({ cpus: 8193 })],
  ["cpus", () => ({ cpus: 1e30 })],
  ["cpus", () => ({ cpus: 0.001 })],
  ["shmMiB", () => ({ shmMiB: 0 })],
  ["shmMiB", () => ({ shmMiB: 0.5 })],
  ["shmMiB", () => ({ shmMiB: 4096, memoryMiB: 2048 })],
  ["stopGraceSeconds", () => ({ stopGraceSeconds: -1 })],
  ["stopGraceSeconds", () => ({ stopGraceSeconds: Number.NaN })],
  ["apiServer.port", api({ port: 0 })],
  ["apiServer.port", api({ port: 65536 })],
  ["apiServer.port", api({ port: 80.5 })],
  ["apiServer.host", api({ host: "api.example.com" })],
  ["apiServer.host", api({ host: "fe80::1%eth0" })],
  ["apiServer.corsOrigins[0]", api({ corsOrigins: ["chat.example.com"] })],
  ["apiServer.corsOrigins[0]", api({ corsOrigins: ["https://chat.example.com/"] })],
  ["apiServer.corsOrigins[0]", api({ corsOrigins: ["https://chat.example.com?x"] })],
  ["target.publish.apiServer.port", published({ port: 65536 })],
  ["target.publish.apiServer.address", published({ address: "localhost" })],
  ["target.publish.apiServer.address", published({ address: "10.0.0.0/8" })],
  ["target.networks[0].name", docker({ networks: [{ name: "a b" }] })],
  ["target.networks[0].aliases[0]", docker({ networks: [{ name: "a", aliases: ["a b"] }] })],
  ["target.networks[0].aliases[0]", docker({ networks: [{ name: "a", aliases: ["http://a"] }] })],
  ['target.labels["a b"]', docker({ labels: { "a b": "x" } })],
  ["target.secretsFile", docker({ secretsFile: "srv/env" })],
  ["model.baseUrl", model("vllm:8000/v1")],
  ["model.baseUrl", model("vllm.lan/v1")],
  ["model.baseUrl", model("https://")],
  ["model.baseUrl", model("http://vllm:8000/v1/")],
  ["model.baseUrl", model("http://vllm:8000/v1/chat/completions")],
  ["model.baseUrl", model("https://api.example.com/v1/responses")],
  ["model.baseUrl", model("http://vllm:8000/v1/chat/completions?x=1")],
  ["model.baseUrl", model("http://vllm:8000/v1#x")],
  ["model.baseUrl", model("http://vllm 8000/v1")],
  ["target.address.domains[0]", caprover({ to: "apiServer", domains: ["https://a.example.com"] })],
  ["target.address.domains[0]", caprover({ to: "apiServer", domains: ["a.example.com/x"] })],
  ["target.address.domains[0]", caprover({ to: "apiServer", domains: ["*.example.com"] })],
  ["target.address.domains[0]", caprover({ to: "apiServer", domains: ["192.168.1.20"] })],
  ["target.address.domains[0]", caprover({ to: "apiServer", domains: ["-a.example.com"] })],
  ["target.address", caprover({ domains: ["a.example.com"] })],
  ["target.address", caprover({ basicAuth: { username: "ada", password: text } })],
  ["target.https", () => ({ target: HermesTarget.caprover(Object({ https: true })) })],
  ["target.domains", () => ({ target: HermesTarget.caprover(Object({ domains: ["a.example.com"] })) })],
  ["env.1A", () => ({ env: { "1A": "x" } })],
  ["env.A-B", () => ({ env: { "A-B": "x" } })],
  ["env.A", () => ({ env: { A: "x\0y" } })],
  ["name", () => ({ name: "a".repeat(1) })],
  ["name", () => ({ name: "a/b" })],
])("a value of %s that can't be right is refused at synthesis, with the place", (prop, props) => {
  const { problems } = refusalOf(() => make(props));
  expect(
    problems.map((problem) => problem.prop.replace("(name 1, not shown)", prop.split(".")[1] ?? "")),
  ).toContainEqual(expect.stringContaining(prop));
});

test.each<[string, (stack: TerraformStack) => object]>([
  [
    "host entries",
    () => ({
      extraHosts: { "models.lan": "192.168.1.20", my_model: "::1", "host.docker.internal": "host-gateway" },
    }),
  ],
  ["a host entry with one letter", () => ({ extraHosts: { a: "10.0.0.1", "1a": "fd00::5" } })],
  ["a host entry that Terraform knows", () => ({ extraHosts: { a: text } })],
  ["the least memory", () => ({ memoryMiB: 1024, shmMiB: 1024 })],
  ["much memory", () => ({ memoryMiB: 1_048_576, shmMiB: 65_536, cpus: 256 })],
  ["a small part of a CPU", () => ({ cpus: 0.01 })],
  ["little shared memory beside the default", () => ({ memoryMiB: 1024 })],
  ["numbers that Terraform knows", () => ({ memoryMiB: number, cpus: number, shmMiB: number })],
  ["the ends of ports", published({ port: 1, address: "::" })],
  ["a high port", api({ port: 65535, host: "::" })],
  [
    "origins",
    api({ corsOrigins: ["https://chat.example.com", "http://localhost:3000", "http://[::1]:5", text] }),
  ],
  ["an address in every family", published({ address: "fd00::5" })],
  [
    "networks",
    docker({
      networks: [{ name: "a", aliases: ["hermes", "hermes.lan", "my_agent", text] }, { name: text }],
    }),
  ],
  [
    "labels",
    docker({ labels: { "com.example.team": "x", "traefik.http.routers.a.rule": "Host(`a`)", a: "" } }),
  ],
  ["a plain model server", model("http://vllm:8000/v1")],
  ["a model server without path", model("http://192.168.1.20:11434")],
  ["a model server with a user", model("https://ada@models.example.com/v1")],
  ["a model server with an api version", model("https://x.openai.azure.com/openai/v1?api-version=preview")],
  ["a model server by IPv6", model("http://[fd00::5]:8000/v1")],
  ["a model server whose path only looks like a call", model("https://api.example.com/completions-proxy/v1")],
  ["a model server that Terraform knows", model(text)],
  [
    "domains",
    caprover({ to: "apiServer", domains: ["a.example.com", "1.example.com", "xn--bcher-kva.example"] }),
  ],
  ["no address", () => ({ target: HermesTarget.caprover({ address: false }) })],
  ["usual names of variables", () => ({ env: { TZ: "UTC", _X: "", lower_case: "1", A1: "${var.a}" } })],
  ["a text of 100 kB", () => ({ env: { TEXT: "x".repeat(100_000) } })],
  ["long names", () => ({ name: `${"a".repeat(60)}.b_c-d` })],
  ["mounts that Terraform knows", () => ({ mounts: [{ hostPath: text, target: text }] })],
])("a right value is accepted: %s", (_, props) => {
  expect(() => make(props)).not.toThrow();
});

describe("an image's name", () => {
  test.each<[string, object]>([
    ["capitals", { repository: "ghcr.io/Acme/hermes-agent" }],
    ["a scheme", { repository: "https://ghcr.io/acme/hermes-agent" }],
    ["a tag", { repository: "ghcr.io/acme/hermes-agent:v1" }],
    ["two dots", { repository: "ghcr.io/acme/hermes..agent" }],
    ["three underscores", { repository: "ghcr.io/acme/hermes___agent" }],
    ["a slash at the end", { repository: "ghcr.io/acme/" }],
    ["a blank", { repository: "ghcr.io/acme/hermes agent" }],
    ["a short digest", { digest: "sha256:abc" }],
    ["a digest in capitals", { digest: `sha256:${"A".repeat(64)}` }],
    ["another digest", { digest: `sha512:${SHA}` }],
    ["a tag with a slash", { tag: "a/b" }],
    ["a tag with a digest", { tag: `${NEWEST}@sha256:${SHA}` }],
    ["a tag of 129 letters", { tag: "a".repeat(129) }],
  ])("an image's name that the engine would refuse is refused: %s", (_, props) => {
    const build = () =>
      Reflect.apply(HermesImage.registry, HermesImage, [newStack(), "image", { tag: NEWEST, ...props }]);
    expect(refusalOf(build).problems).toContainEqual(
      expect.objectContaining({ prop: Object.keys(props)[0] }),
    );
  });

  test.each([
    "nousresearch/hermes-agent",
    "ghcr.io/acme/hermes-agent",
    "localhost:5000/hermes",
    "registry.example.com:5000/a/b/c",
    "hermes",
    "acme/hermes__agent",
    "acme/hermes--agent.x_y",
    "192.168.1.20:5000/hermes",
    "LOCALHOST/hermes",
  ])("an image's name that the engine accepts is accepted: %s", (repository) => {
    HermesImage.registry(newStack(), "image", { repository, tag: "mine", release: NEWEST });
  });
});

describe("a login's URL", () => {
  const oidc = (props: object) => () =>
    Reflect.apply(DashboardAuth.oidc, DashboardAuth, [
      newStack(),
      "login",
      { issuer: "https://id.example", clientId: "c", ...props },
    ]);

  test.each([
    "hermes.example.com",
    "https://",
    "https://hermes.example.com/auth/callback",
    "https://hermes.example.com?x=1",
    "https://hermes.example.com/#/",
    "https://hermes example.com",
    "ftp://hermes.example.com",
  ])("a public URL that leads nowhere is refused: %s", (publicUrl) => {
    expect(refusalOf(oidc({ publicUrl })).problems.map(({ prop }) => prop)).toEqual(["publicUrl"]);
  });

  test.each([
    "https://hermes.example.com",
    "https://hermes.example.com/",
    "https://example.com/hermes",
    "http://192.168.1.20:9119",
    "http://[fd00::5]:9119",
    "http://localhost:9119",
    text,
  ])("a public URL is accepted: %s", (publicUrl) => {
    expect(oidc({ publicUrl })).not.toThrow();
  });

  test.each([
    "https://id.example/?x=1",
    "https://id.example/#x",
  ])("an issuer has no query and no fragment: %s", (issuer) => {
    expect(refusalOf(oidc({ issuer })).problems.map(({ prop }) => prop)).toEqual(["issuer"]);
  });
});

describe("options of the driver local", () => {
  const volume = (driverOptions: Record<string, string>, driver?: string) => () =>
    new PersistentDataVolume(newStack(), "data", {
      name: "data",
      driverOptions,
      ...(driver !== undefined && { driver }),
    });

  test.each<[Record<string, string>, string]>([
    [{ type: "none", o: "bind" }, "driverOptions.device"],
    [{ o: "bind", device: "/srv/x" }, "driverOptions.type"],
    [{ device: "/srv/x" }, "driverOptions.type"],
    [{ type: "none", o: "bind", device: "/srv/x", path: "/y" }, "driverOptions.path"],
  ])("options that the engine would refuse are refused: %j", (options, prop) => {
    expect(refusalOf(volume(options)).problems).toContainEqual(expect.objectContaining({ prop }));
  });

  test.each<[Record<string, string>, string | undefined]>([
    [{ type: "none", o: "bind", device: "/srv/x" }, undefined],
    [{ type: "btrfs", device: "/dev/sda2" }, "local"],
    [{ size: "10G" }, undefined],
    [{}, undefined],
    [{ path: "/y" }, "rclone/docker-volume-rclone:amd64"],
  ])("options that the engine accepts are accepted: %j %s", (options, driver) => {
    expect(volume(options, driver)).not.toThrow();
  });
});

test("values that Terraform knows are checked there", () => {
  const stack = newStack();
  agent(stack, { shmMiB: number, extraHosts: { a: text }, mounts: [{ volume: "vol", target: text }] });
  const [container] = Object.values(synth(stack).resource?.docker_container ?? {});
  const messages = container?.lifecycle?.precondition.map(({ error_message }) => error_message) ?? [];
  expect(messages).toEqual([
    "agents/hermes: shmMiB must be at least 1.",
    "agents/hermes: mounts[0].target must be an absolute path.",
    "agents/hermes: extraHosts.a must be an IP address, or host-gateway.",
  ]);
});
