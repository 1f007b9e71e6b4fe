/** One scanner, everywhere: where a credential in the program is refused, warned of, acknowledged, and left alone. */
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, Fn, TerraformLocal, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  CapRoverApp,
  type CapRoverAppProps,
  CapRoverProvider,
  CapRoverRegistry,
  DashboardAuth,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
} from "../lib";
import { METADATA_KEY } from "../lib/support/metadata";
import {
  type AgentProps,
  agent,
  newApp,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  warningsOf,
} from "./agents";

/** Made of parts, so that no scanner of repositories takes it for a real one. */
const GITHUB = `ghp_${"a1B2c3D4e5".repeat(4)}`;
const TELEGRAM = `123456789:AA${"a1B2c3D4e5".repeat(3)}abc`;
const PEM = `-----BEGIN PRIVATE KEY-----\n${"a1B2c3D4e5".repeat(6)}\n-----END PRIVATE KEY-----`;
const PASSWORD = "hunter2";

type Build = (stack: TerraformStack) => unknown;

const app =
  (props: AgentProps | ((stack: TerraformStack) => AgentProps)): Build =>
  (stack) =>
    agent(stack, typeof props === "function" ? props(stack) : props);
const onDocker = (props: object): AgentProps => ({ target: HermesTarget.docker(props) });
const onCapRover =
  (target: object, props: (stack: TerraformStack) => AgentProps = () => ({})) =>
  (stack: TerraformStack): AgentProps => {
    new CapRoverProvider(stack, "caprover");
    return { target: HermesTarget.caprover(target), ...props(stack) };
  };
const volume =
  (props: object): Build =>
  (stack) =>
    new PersistentDataVolume(stack, "data", { name: "hermes-data", ...props });
const binding =
  (props: Partial<CapRoverAppProps>): Build =>
  (stack) =>
    new CapRoverApp(stack, "app", { name: "web", ...props });
const variable = (scope: Construct, id: string, settings: object = {}) =>
  new TerraformVariable(scope, id, { type: "string", ...settings }).stringValue;
/** In a stack of its own, since the provider is made with it. */
const withRegistry =
  (registryAuth: (stack: TerraformStack) => object): Build =>
  (stack) => {
    const own = new TerraformStack(App.of(stack), "own");
    new DockerProvider(own, "docker", { registryAuth: [{ address: "ghcr.io", ...registryAuth(own) }] });
    return agent(own);
  };
const basic = (stack: TerraformStack, publicUrl: string) =>
  DashboardAuth.basic(stack, "login", {
    username: "ada",
    passwordHash: secretOf(stack, "hash"),
    sessionSecret: secretOf(stack, "session"),
    publicUrl,
  });

const REFUSED: readonly (readonly [what: string, prop: string, build: Build])[] = [
  ["a token in a variable with a harmless name", "env.EXTRA", app({ env: { EXTRA: GITHUB } })],
  [
    "a login in a URL in env",
    "env.DATABASE_URL",
    app({ env: { DATABASE_URL: `postgres://ada:${PASSWORD}@db/x` } }),
  ],
  ["a token as the name of a variable", "env.(name 1, not shown)", app({ env: { [GITHUB]: "x" } })],
  ["a token in the name of a credential", "env.(name not shown)", app({ env: { [`${GITHUB}_KEY`]: "x" } })],
  ["a variable that is named like a credential", "env.DB_PASSWORD", app({ env: { DB_PASSWORD: PASSWORD } })],
  ["a token in config", "config.a.0.b", app({ config: { a: [{ b: GITHUB }] } })],
  ["a token in text of config", "config.prompt", app({ config: { prompt: `use ${GITHUB} to push` } })],
  ["a password in config", "config.db.password", app({ config: { db: { password: PASSWORD } } })],
  ["a token as a key of config", "config.(name not shown)", app({ config: { [GITHUB]: 1 } })],
  ["a token in a label", "target.labels.deploy", app(onDocker({ labels: { deploy: GITHUB } }))],
  [
    "a header in a label",
    "target.labels.auth",
    app(onDocker({ labels: { auth: "Basic YWRhOmh1bnRlcjI=" } })),
  ],
  [
    "a token in a mount",
    "mounts[0].hostPath",
    app({ mounts: [{ hostPath: `/srv/${GITHUB}`, target: "/w" }] }),
  ],
  ["a token in a host entry", "extraHosts.models", app({ extraHosts: { models: GITHUB } })],
  [
    "a token in the model's name",
    "model.name",
    app({ model: { provider: "custom", name: GITHUB, baseUrl: "http://x/v1" } }),
  ],
  [
    "a login in the model's address",
    "model.baseUrl",
    app({ model: { provider: "custom", name: "m", baseUrl: `http://ada:${PASSWORD}@vllm:8000/v1` } }),
  ],
  [
    "a login in the dashboard's address",
    "dashboard.publicUrl",
    app((stack) => ({ dashboard: basic(stack, `http://ada:${PASSWORD}@hermes.lan`) })),
  ],
  [
    "a bot's token among the users",
    "messaging.telegram.allowedUsers[0]",
    app((stack) => ({
      messaging: { telegram: { botToken: secretOf(stack), allowedUsers: [TELEGRAM] } },
    })),
  ],
  [
    "a token in a network's alias",
    "target.networks[0].aliases[0]",
    app(onDocker({ networks: [{ name: "a", aliases: [GITHUB] }] })),
  ],
  [
    "a password in a mount option of the data",
    "driverOptions.o",
    volume({ driverOptions: { type: "cifs", device: "//nas/x", o: `username=ada,password=${PASSWORD}` } }),
  ],
  [
    "a token in an image's name",
    "repository",
    (stack) => HermesImage.registry(stack, "image", { repository: GITHUB.toLowerCase(), tag: "v2026.7.30" }),
  ],
  [
    "a registry's password",
    "DockerProvider docker.registryAuth[0].password",
    withRegistry(() => ({ username: "ada", password: PASSWORD })),
  ],
  [
    "a registry's login as a file",
    "DockerProvider docker.registryAuth[0].configFileContent",
    withRegistry(() => ({ configFileContent: '{"auths":{"ghcr.io":{"auth":"YWRhOmh1bnRlcjI="}}}' })),
  ],
  [
    "a registry's password from a plain variable",
    "DockerProvider docker.registryAuth[0].password",
    withRegistry((stack) => ({ username: "ada", password: variable(stack, "pw") })),
  ],

  [
    "a secret from a plain variable",
    "secrets.A_KEY",
    app((stack) => ({ secrets: { A_KEY: variable(stack, "key") } })),
  ],
  [
    "a secret from a variable with a default",
    "apiServer.key",
    app((stack) => ({ apiServer: { key: variable(stack, "key", { sensitive: true, default: PASSWORD }) } })),
  ],
  [
    "a secret from a local",
    "secrets.A_KEY",
    app((stack) => ({ secrets: { A_KEY: new TerraformLocal(stack, "l", PASSWORD).asString } })),
  ],
  [
    "a secret around a plain variable",
    "secrets.A_KEY",
    app((stack) => ({ secrets: { A_KEY: Fn.trimspace(variable(stack, "key")) } })),
  ],
  [
    "a secret from another stack",
    "secrets.A_KEY",
    app((stack) => ({ secrets: { A_KEY: secretOf(newStack(App.of(stack), "vault")) } })),
  ],
  [
    "a token within a secret's text",
    "secrets.A_KEY",
    app((stack) => ({ secrets: { A_KEY: `${GITHUB}:${secretOf(stack)}` } })),
  ],
  [
    "a URL whose password is a plain variable",
    "env.DATABASE_URL",
    app((stack) => ({ env: { DATABASE_URL: `postgres://ada:${variable(stack, "pw")}@db/x` } })),
  ],

  [
    "a login for nginx from a plain variable",
    "target.address.basicAuth.password",
    app((stack) => {
      const address = { to: "dashboard", basicAuth: { username: "ada", password: variable(stack, "pw") } };
      return onCapRover({ address }, (stack) => ({ dashboard: basic(stack, "https://h.example") }))(stack);
    }),
  ],
  [
    "a registry's password on CapRover",
    "passwordWo",
    (stack) =>
      new CapRoverRegistry(stack, "ghcr", { domain: "ghcr.io", username: "ada", passwordWo: PASSWORD }),
  ],
  [
    "a secret variable of a CapRover app",
    "secretEnvironmentWo.ANY",
    binding({ secretEnvironmentWo: { ANY: PASSWORD } }),
  ],
  ["a deploy token", "deployTokenWo", binding({ deployTokenWo: PASSWORD })],
  [
    "a password of basic auth",
    "basicAuth.passwordWo",
    binding({ basicAuth: { user: "ada", passwordWo: PASSWORD } }),
  ],
  [
    "a deploy token from a plain variable",
    "deployTokenWo",
    (stack) => binding({ deployTokenWo: variable(stack, "t") })(stack),
  ],
  [
    "a credential in the environment of a CapRover app",
    "environment.DB_PASSWORD",
    binding({ environment: { DB_PASSWORD: PASSWORD } }),
  ],
  ["a token in it", "environment.EXTRA", binding({ environment: { EXTRA: GITHUB } })],
  [
    "a key in a service override",
    "serviceOverride",
    binding({ serviceOverride: `TaskTemplate:\n  ContainerSpec:\n    Env: ["K=${PEM}"]` }),
  ],
  [
    "a token in a build",
    "captainDefinition",
    binding({ captainDefinition: `{"dockerfileLines":["ENV X=${GITHUB}"]}` }),
  ],
  [
    "the password of CapRover's dashboard",
    "password",
    (stack) => new CapRoverProvider(stack, "c", { password: PASSWORD }),
  ],
  [
    "a login in CapRover's address",
    "url",
    (stack) => new CapRoverProvider(stack, "c", { url: `https://ada:${PASSWORD}@captain.example` }),
  ],
];

const ACCEPTED: readonly (readonly [what: string, build: Build])[] = [
  [
    "plain variables",
    app({ env: { TZ: "Europe/Berlin", LOG_LEVEL: "info", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" } }),
  ],
  [
    "a path under a credential's name",
    app({ env: { GOOGLE_APPLICATION_CREDENTIALS: "/opt/data/gcp.json" } }),
  ],
  ["a public key", app({ env: { SSH_PUBLIC_KEY: `ssh-ed25519 AAAA${"a1B2".repeat(16)} ada` } })],
  ["a digest", app({ env: { IMAGE: `ghcr.io/acme/x@sha256:${"0123456789abcdef".repeat(4)}` } })],
  ["a commit", app({ env: { REVISION: "0123456789abcdef0123456789abcdef01234567" } })],
  ["an id", app({ env: { TENANT: "3b241101-e2bb-4255-8caf-4136c566a962" } })],
  ["a URL", app({ env: { HTTPS_PROXY: "http://proxy.example.com:3128", BUCKET: "s3://acme/hermes" } })],
  [
    "a URL with a sensitive password",
    app((stack) => ({ env: { URL: `postgres://ada:${secretOf(stack)}@db/x` } })),
  ],
  [
    "a URL with a password of a resource",
    app({ env: { URL: "postgres://ada:${random_password.p.result}@db/x" } }),
  ],
  [
    "a plain variable in env",
    app((stack) => ({ env: { REGION: variable(stack, "region", { default: "eu" }) } })),
  ],
  ["a certificate", app({ env: { CA: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" } })],
  [
    "words that begin like a mark",
    app({ env: { A: "sk-learn", B: "task-force-2026", C: "hf_transfer", D: "npm_config" } }),
  ],
  ["references in config", app({ config: { providers: [{ api_key: "${OPENROUTER_API_KEY}" }] } })],
  ["a header with a reference", app({ config: { headers: { Authorization: "Bearer ${SEARCH_TOKEN}" } } })],
  [
    "names that only look like credentials",
    app({ config: { max_tokens: 5, cache_key: "user", eos_token: "</s>" } }),
  ],
  ["a URL under a credential's name", app({ config: { token: "https://id.example.com/token" } })],
  ["labels of a proxy", app(onDocker({ labels: { "traefik.http.routers.h.rule": "Host(`h.example`)" } }))],
  [
    "a hashed login in a label",
    app(onDocker({ labels: { users: "ada:$apr1$a1B2c3D4$a1B2c3D4e5a1B2c3D4e5a1" } })),
  ],
  [
    "mounts and host entries",
    app({ mounts: [{ hostPath: "/srv/x", target: "/w" }], extraHosts: { "m.lan": "10.0.0.2" } }),
  ],
  [
    "a bot's users",
    app((stack) => ({ messaging: { telegram: { botToken: secretOf(stack), allowedUsers: ["123456789"] } } })),
  ],
  ["a dashboard's address", app((stack) => ({ dashboard: basic(stack, "http://hermes.lan") }))],
  [
    "mount options with a file of credentials",
    volume({ driverOptions: { type: "none", device: "/srv/x", o: "bind,credentials=/etc/cifs/hermes" } }),
  ],
  [
    "an image by digest",
    (stack) =>
      HermesImage.registry(stack, "image", { tag: "v2026.7.30", digest: `sha256:${"0".repeat(64)}` }),
  ],
  [
    "packages",
    (stack) =>
      HermesImage.wrapper(stack, "image", {
        release: "v2026.7.30",
        baseDigest: `sha256:${"0".repeat(64)}`,
        npmPackages: { "@acme/secret": "1.0.0", "@acme/token": "2.0.0" },
      }),
  ],
  [
    "a registry's password from a sensitive variable",
    withRegistry((stack) => ({ username: "ada", password: secretOf(stack) })),
  ],
  ["a registry that needs no login", withRegistry(() => ({ authDisabled: true }))],
  ["a registry's login in a file", withRegistry(() => ({ configFile: "/root/.docker/config.json" }))],

  ["a sensitive variable", app((stack) => ({ secrets: { A_KEY: secretOf(stack) } }))],
  [
    "an ephemeral variable",
    app((stack) => {
      const ephemeral = new TerraformVariable(stack, "e", { type: "string" });
      ephemeral.addOverride("ephemeral", true);
      return { secrets: { A_KEY: ephemeral.stringValue } };
    }),
  ],
  [
    "a sensitive variable in a function",
    app((stack) => ({ secrets: { A_KEY: Fn.trimspace(secretOf(stack)) } })),
  ],
  ["a sensitive variable in a text", app((stack) => ({ secrets: { A_KEY: `Bearer ${secretOf(stack)}` } }))],
  [
    "a plain variable beside a sensitive one",
    app((stack) => ({ secrets: { A: `${variable(stack, "u")}:${secretOf(stack)}` } })),
  ],
  [
    "a plain variable that is made sensitive",
    app((stack) => ({ secrets: { A_KEY: Fn.sensitive(variable(stack, "k")) } })),
  ],
  [
    "a local of a sensitive variable",
    app((stack) => ({ secrets: { A_KEY: new TerraformLocal(stack, "l", secretOf(stack)).asString } })),
  ],
  ["a resource's attribute", app({ secrets: { A_KEY: "${random_password.key.result}" } })],
  ["a data source", app({ secrets: { A_KEY: '${data.vault_kv_secret_v2.hermes.data["key"]}' } })],
  ["an output of a module", app({ secrets: { A_KEY: "${module.secrets.key}" } })],
  [
    "an output beside it",
    app((stack) => {
      new TerraformOutput(stack, "address", { value: "http://hermes.lan" });
      return { secrets: { A_KEY: secretOf(stack) } };
    }),
  ],

  [
    "a sensitive login for nginx",
    app((stack) => {
      const address = { to: "dashboard", basicAuth: { username: "ada", password: secretOf(stack, "pw") } };
      return onCapRover({ address }, (stack) => ({ dashboard: basic(stack, "https://h.example") }))(stack);
    }),
  ],
  [
    "a registry's sensitive password on CapRover",
    (stack) =>
      new CapRoverRegistry(stack, "ghcr", {
        domain: "ghcr.io",
        username: "ada",
        passwordWo: secretOf(stack),
      }),
  ],
  [
    "sensitive values of a CapRover app",
    (stack) =>
      binding({
        secretEnvironmentWo: { DB_PASSWORD: secretOf(stack) },
        deployTokenEnabled: true,
        deployTokenWo: secretOf(stack),
        basicAuth: { user: "ada", passwordWo: secretOf(stack), passwordWoVersion: 2 },
      })(stack),
  ],
  [
    "the environment of a CapRover app",
    binding({ environment: { TZ: "UTC", TOKEN_FILE: "/run/t", CREDENTIALS: "/data/gcp.json" } }),
  ],
  ["a build on CapRover", binding({ captainDefinition: '{"schemaVersion":2,"imageName":"nginx:1.27"}' })],
  [
    "a CapRover server by its address",
    (stack) => new CapRoverProvider(stack, "c", { url: "https://captain.example" }),
  ],
  ["its sensitive password", (stack) => new CapRoverProvider(stack, "c", { password: secretOf(stack) })],
];

const SECRETS = [GITHUB, GITHUB.toLowerCase(), TELEGRAM, PASSWORD, "YWRhOmh1bnRlcjI", "PRIVATE KEY"];

test.each(REFUSED)("%s is refused at its place, and not shown", (_what, prop, build) => {
  const refused = refusalOf(() => build(newStack()));
  expect(refused.problems.map((problem) => problem.prop)).toContain(prop);
  for (const secret of SECRETS) expect(`${refused.message}\n${refused.stack}`).not.toContain(secret);
});

test.each(ACCEPTED)("%s passes, without a warning about credentials", (_what, build) => {
  const stack = newStack();
  build(stack);
  expect(warningsOf(App.of(stack)).filter((warning) => /\[rule (?:secret|env)-/.test(warning))).toEqual([]);
});

test("as many legitimate programs are held against the rules as harmful ones", () =>
  expect(ACCEPTED.length).toBeGreaterThanOrEqual(REFUSED.length));

test.each<[string, string, Build]>([
  ["a label", "target.labels.api-key", app(onDocker({ labels: { "api-key": "hunter2" } }))],
  [
    "a driver option",
    "driverOptions.password",
    volume({ driver: "rexray", driverOptions: { password: "hunter2" } }),
  ],
  ["a setting whose name leaves a doubt", "config.session_key", app({ config: { session_key: "per-user" } })],
])("%s that is only named like a credential is warned of", (_what, prop, build) => {
  const stack = newStack();
  build(stack);
  const [warning = "", ...more] = warningsOf(stack).filter((warning) =>
    warning.includes("[rule secret-by-name"),
  );
  expect(more).toEqual([]);
  expect(warning.startsWith(`${prop}: `)).toBe(true);
  expect(warning).not.toContain("hunter2");
});

test("the kind of credential is told", () => {
  expect(refusalOf(() => agent(newStack(), { env: { EXTRA: GITHUB } })).message).toContain(
    "holds a GitHub token",
  );
  expect(refusalOf(() => agent(newStack(), { env: { EXTRA: PEM } })).message).toContain(
    "holds a private key",
  );
});

test("a credential in the place of another value is not shown by whatever else refuses it", () => {
  const refused = refusalOf(
    () => new PersistentDataVolume(newStack(), "data", { hostPath: `srv/${GITHUB}` }),
  );
  expect(rulesOf(refused)).toContain("data-path-relative");
  expect(refused.message).not.toContain(GITHUB);
  expect(refusalOf(() => agent(newStack(), { name: `${GITHUB} x` })).message).not.toContain(GITHUB);
});

describe("a false alarm", () => {
  const WHY = "an example of the documentation";
  const acknowledged = (stack: TerraformStack) => synth(stack)["//"].metadata[METADATA_KEY];

  test("is acknowledged for one place, and the reason stands in the metadata", () => {
    const stack = newStack();
    const acknowledge = { "secret-in-text": { "env.EXTRA": WHY } };
    const hermes = agent(stack, { env: { EXTRA: GITHUB }, acknowledge });
    expect(warningsOf(hermes).filter((warning) => warning.startsWith("acknowledge"))).toEqual([]);
    expect(acknowledged(stack)).toMatchObject({ acknowledged: { "agents/hermes": acknowledge } });
  });

  test("of one place leaves the next place refused", () => {
    const acknowledge = { "secret-in-text": { "env.EXTRA": WHY } };
    const refused = refusalOf(() =>
      agent(newStack(), { env: { EXTRA: GITHUB, OTHER: GITHUB }, acknowledge }),
    );
    expect(refused.problems.map(({ prop }) => prop)).toEqual(["env.OTHER"]);
  });

  test("of a place where nothing is found is warned of", () => {
    const acknowledge = { "secret-in-text": { "env.EXTRA": WHY, "env.GONE": WHY } };
    const hermes = agent(newStack(), { env: { EXTRA: GITHUB }, acknowledge });
    expect(warningsOf(hermes)).toContainEqual(
      'acknowledge.secret-in-text["env.GONE"]: the rule finds nothing there; fix: remove it',
    );
  });

  test("of a place needs a reason", () => {
    const refused = refusalOf(() => agent(newStack(), { acknowledge: { "env-unsafe": { "env.X": " " } } }));
    expect(refused.message).toContain("a reason");
  });

  test("of a rule that nothing excuses is refused in one place too", () => {
    const acknowledge = { "env-breaks-image": { "env.PATH": WHY } };
    expect(rulesOf(refusalOf(() => agent(newStack(), { env: { PATH: "/bin" }, acknowledge })))).toEqual([
      "env-breaks-image",
    ]);
  });

  test.each<[string, (stack: TerraformStack) => unknown]>([
    [
      "an app",
      (stack) =>
        new CapRoverApp(stack, "made", {
          name: "web",
          environment: { EXTRA: GITHUB },
          acknowledge: { "secret-in-text": { "environment.EXTRA": WHY } },
        }),
    ],
    [
      "a registry",
      (stack) =>
        new CapRoverRegistry(stack, "made", {
          domain: "ghcr.io",
          username: "ada",
          passwordWo: "public",
          acknowledge: { "secret-literal": { passwordWo: WHY } },
        }),
    ],
    [
      "a provider",
      (stack) =>
        new CapRoverProvider(stack, "made", { password: "public", acknowledge: { "secret-literal": WHY } }),
    ],
  ])("in %s of CapRover is acknowledged there", (_what, build) => {
    const stack = new TerraformStack(newApp(), "agents");
    build(stack);
    const { [METADATA_KEY]: given } = stack.toTerraform()["//"].metadata;
    expect(Object.keys(given.acknowledged)).toEqual(["agents/made"]);
    expect(JSON.stringify(stack.toTerraform().resource ?? {})).not.toContain("acknowledge");
  });

  test("of an unknown rule is refused by a binding", () => {
    const acknowledge: object = { "memory-too-small": WHY };
    const build = () => new CapRoverApp(newStack(), "app", { name: "web", acknowledge });
    expect(refusalOf(build).message).toContain("acknowledge.memory-too-small: no such rule");
  });

  test("that an agent on CapRover acknowledges is not refused again by its app", () => {
    const stack = newStack();
    const props = onCapRover({})(stack);
    const acknowledge = { "secret-in-text": { "env.EXTRA": WHY }, "secret-literal": WHY } as const;
    agent(stack, { ...props, env: { EXTRA: GITHUB }, secrets: { ANY: "not-a-secret" }, acknowledge });
  });
});
