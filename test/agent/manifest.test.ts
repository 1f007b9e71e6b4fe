import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { type TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverProvider, DashboardAuth, HermesImage, HermesTarget } from "../../lib";
import { MANIFEST, type Manifest } from "../../lib/operations/manifest";
import { METADATA_KEY } from "../../lib/support/metadata";
import { type AgentProps, agent, imageOf, newApp, newStack, secretOf, synth } from "../agents";

const variable = (stack: TerraformStack, name: string, sensitive: boolean) =>
  new TerraformVariable(stack, name, { type: "string", sensitive }).stringValue;

/** The manifest in the stack's metadata. */
function stated(stack: TerraformStack): Manifest {
  const agents: unknown = synth(stack)["//"].metadata[METADATA_KEY];
  return MANIFEST().parse(Object.values(Object(Object(agents)["agents"]))[0]);
}

/** In the agent's own stack, so that it goes to the same engine. */
const imageFor = (stack: TerraformStack, provider: DockerProvider) =>
  HermesImage.registry(stack, "image", { tag: "v2026.7.20", provider });

const output = (stack: TerraformStack): string =>
  String(Object(synth(stack).output)["hermes_manifest"].value);

function manifestWith(props: (stack: TerraformStack) => AgentProps): Manifest {
  const stack = newStack();
  agent(stack, props(stack));
  return stated(stack);
}

test("an agent states what it declared: place, release, data, services, login, platforms, model and limits", () => {
  const manifest = manifestWith((stack) => ({
    release: "v2026.7.20",
    apiServer: { key: secretOf(stack, "api_key") },
    dashboard: DashboardAuth.basic(stack, "auth", {
      username: "admin",
      password: secretOf(stack, "password"),
      sessionSecret: secretOf(stack, "session"),
    }),
    messaging: {
      slack: {
        botToken: secretOf(stack, "bot"),
        appToken: secretOf(stack, "app"),
        allowedUsers: ["U1"],
      },
    },
    model: { provider: "zai", name: "glm-5" },
    target: HermesTarget.docker({ publish: { dashboard: { port: 9000, address: "0.0.0.0" } } }),
  }));
  expect(manifest).toMatchObject({
    version: 1,
    agent: "agents/hermes",
    name: "hermes",
    place: { kind: "docker", container: "hermes" },
    release: "v2026.7.20",
    image: "nousresearch/hermes-agent:v2026.7.20",
    services: {
      dashboard: { port: 9119, url: "http://127.0.0.1:9000" },
      apiServer: { port: 8642, url: "http://127.0.0.1:8642" },
    },
    login: "basic",
    username: "admin",
    secrets: expect.arrayContaining([
      { variable: "API_SERVER_KEY", from: "TF_VAR_api_key" },
      { variable: "SLACK_BOT_TOKEN", from: "TF_VAR_bot" },
      { variable: "SLACK_APP_TOKEN", from: "TF_VAR_app" },
    ]),
    platforms: { slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] },
    model: { provider: "zai", name: "glm-5" },
    healthCheck: true,
    stopGraceSeconds: 45,
  });
  expect(manifest.managed?.variables.count).toBeGreaterThan(5);
});

test("a manifest names each variable that Hermes reads, and none that the boot alone reads", () => {
  const { given, volumeWins } = manifestWith((stack) => ({
    release: "v2026.7.20",
    env: { TZ: "Asia/Tokyo" },
    secrets: { OPENROUTER_API_KEY: secretOf(stack, "key"), TOOL_TOKEN: secretOf(stack, "tool") },
  })).variables;
  expect(given).toEqual(expect.arrayContaining(["OPENROUTER_API_KEY", "TOOL_TOKEN", "TZ"]));
  expect(given).not.toContain("HERMES_DASHBOARD");
  expect(given.filter((name) => name.startsWith("S6_"))).toEqual([]);
  expect(volumeWins).toContain("OPENROUTER_API_KEY");
});

test("a provider's key that the program does not give is the volume's own, and none that it wins", () => {
  const { variables } = manifestWith(() => ({ model: { provider: "openrouter", name: "a/b" } }));
  expect(variables.volumeWins).toEqual([]);
});

test("no secret and no reference to one stands in a manifest", () => {
  const stack = newStack();
  agent(stack, {
    apiServer: { key: secretOf(stack, "api_key") },
    secrets: { OPENROUTER_API_KEY: secretOf(stack, "model_key") },
  });
  expect(output(stack)).not.toMatch(/var\./);
});

test.each([
  [true, null],
  [false, `\${var.engine}`],
] as const)("an engine's address that comes from a variable with sensitive = %s stands there as %j", (sensitive, host) => {
  const stack = newStack();
  const provider = new DockerProvider(stack, "second", {
    alias: "second",
    host: variable(stack, "engine", sensitive),
  });
  agent(stack, { image: imageFor(stack, provider), target: HermesTarget.docker({ provider }) });
  expect(stated(stack).place).toEqual({ kind: "docker", container: "hermes", host });
});

test("what the docker command line can't express is named", () => {
  const stack = newStack();
  const provider = new DockerProvider(stack, "second", {
    alias: "second",
    host: "ssh://ops@engine",
    sshOpts: ["-o", "Port=2222"],
  });
  agent(stack, { image: imageFor(stack, provider), target: HermesTarget.docker({ provider }) });
  expect(stated(stack).place).toMatchObject({ host: "ssh://ops@engine", inexpressible: ["ssh_opts"] });
});

test.each([
  [true, { insecureHttp: true }],
  [false, {}],
])("a manifest says whether the CapRover server may be asked over http: %p", (allowInsecureHttp, said) => {
  const stack = newStack();
  const url = "https://captain.apps.example.com";
  new CapRoverProvider(stack, "caprover", { url, allowInsecureHttp });
  agent(stack, { target: HermesTarget.caprover() });
  expect(stated(stack).place).toEqual({ kind: "caprover", app: "hermes", url, ...said });
});

test("an agent on CapRover states its server, its app and where its services are reached", () => {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover", { url: "https://captain.apps.example.com" });
  agent(stack, {
    apiServer: { key: secretOf(stack) },
    target: HermesTarget.caprover({ address: { to: "apiServer", domains: ["api.example.com"] } }),
  });
  expect(stated(stack)).toMatchObject({
    place: { kind: "caprover", url: "https://captain.apps.example.com", app: "hermes" },
    services: { apiServer: { port: 8642, url: "https://api.example.com" } },
  });
});

test("the hash is the same for the same program, and another one for any change", () => {
  const hashOf = (props: AgentProps) => manifestWith(() => props).hash;
  const first = hashOf({});
  expect(hashOf({})).toBe(first);
  const changes: AgentProps[] = [
    { name: "other" },
    { release: "v2026.7.20" },
    { stopGraceSeconds: 50 },
    { healthCheck: false, acknowledge: { "health-check-off": "a test" } },
    { model: { provider: "zai", name: "glm-5" } },
  ];
  const hashes = changes.map(hashOf);
  expect(new Set([first, ...hashes]).size).toBe(changes.length + 1);
});

test("two agents of one stack have a manifest each", () => {
  const stack = newStack(newApp());
  agent(stack, { image: imageOf(stack) }, "one");
  agent(stack, { image: imageOf(stack) }, "two");
  const agents: unknown = synth(stack)["//"].metadata[METADATA_KEY];
  expect(Object.keys(Object(agents)["agents"])).toEqual(["agents/one", "agents/two"]);
});
