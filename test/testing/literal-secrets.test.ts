import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import { CapRoverApp, CapRoverProvider, HermesTarget, PersistentDataVolume } from "cdktf-hermes";
import { hermesMatchers, synthesizeApp, synthesizeStack } from "cdktf-hermes/testing";
import { agent, imageOf, newStack, secretOf, synth } from "../agents";

expect.extend(hermesMatchers);

/** Made of parts, so that no scanner of repositories takes it for a real one. */
const GITHUB = `ghp_${"a1B2c3D4e5".repeat(4)}`;
const PASSWORD = "hunter2";
const LOGIN = Buffer.from("ada:hunter2").toString("base64");

const resource = (type: string, attributes: object) => ({ resource: { [type]: { x: attributes } } });
const container = (attributes: object) => resource("docker_container", attributes);
const upload = (file: string, content: string) => container({ env: ["TZ=UTC"], upload: [{ file, content }] });
const secret = (value: string, variables: object = {}) => ({
  variable: variables,
  ...resource("caprover_app", { secret_environment_wo: { ANY: value } }),
});

test.each<[what: string, place: string, document: object]>([
  ["a named variable of a container", "env.SLACK_BOT_TOKEN", container({ env: ["SLACK_BOT_TOKEN=hunter2"] })],
  ["a token under a harmless name", "env.EXTRA", container({ env: [`EXTRA=${GITHUB}`] })],
  ["a login in a URL", "env.URL", container({ env: [`URL=postgres://ada:${PASSWORD}@db/x`] })],
  ["a label", "labels.deploy", container({ labels: [{ label: "deploy", value: GITHUB }] })],
  ["the command", "command", container({ command: ["serve", `--api-key=${PASSWORD}`] })],
  [
    "a health check",
    "healthcheck.test",
    container({ healthcheck: { test: ["CMD-SHELL", `curl -H "Authorization: Bearer ${GITHUB}" http://x`] } }),
  ],
  [
    "the managed .env",
    "upload./etc/hermes/.env.API_SERVER_KEY",
    upload("/etc/hermes/.env", "API_SERVER_KEY='abc'\n"),
  ],
  [
    "a line of the managed .env with a harmless name",
    "upload./etc/hermes/.env.ANY",
    upload("/etc/hermes/.env", "ANY='hunter2'\n"),
  ],
  [
    "the managed config",
    "config.providers.api_key",
    upload("/etc/hermes/config.yaml", '{ "providers": [{ "api_key": "hunter2" }] }'),
  ],
  [
    "the managed config beside a reference",
    "config.a",
    upload("/etc/hermes/config.yaml", `{ "b": \${jsonencode(var.b)}, "a": "${GITHUB}" }`),
  ],
  ["another file", "upload./etc/x.conf", upload("/etc/x.conf", `token ${GITHUB}`)],
  [
    "options of a volume",
    "driver_opts.o",
    resource("docker_volume", { driver_opts: { o: `username=ada,password=${PASSWORD}` } }),
  ],
  [
    "an argument of a build",
    "build.build_args.NPM_TOKEN",
    resource("docker_image", { build: { build_args: { NPM_TOKEN: PASSWORD } } }),
  ],
  ["a secret of Swarm", "data", resource("docker_secret", { name: "x", data: LOGIN })],
  [
    "a password of a registry",
    "registry_auth.password",
    { provider: { docker: [{ registry_auth: [{ address: "ghcr.io", password: PASSWORD }] }] } },
  ],
  [
    "a login of a registry",
    "registry_auth.config_file_content.auths.ghcr.io.auth",
    {
      provider: {
        docker: [{ registry_auth: [{ config_file_content: `{"auths":{"ghcr.io":{"auth":"${LOGIN}"}}}` }] }],
      },
    },
  ],
  [
    "a client's key",
    "key_material",
    { provider: { docker: [{ key_material: "-----BEGIN RSA PRIVATE KEY-----\nx" }] } },
  ],
  ["the password of CapRover", "password", { provider: { caprover: [{ password: PASSWORD }] } }],
  [
    "CapRover's address",
    "url",
    { provider: { caprover: { url: `https://ada:${PASSWORD}@captain.example` } } },
  ],
  ["a write-only attribute", "secret_environment_wo.ANY", secret(PASSWORD)],
  [
    "a nested write-only attribute",
    "basic_auth.password_wo",
    resource("caprover_app", { basic_auth: { user: "ada", password_wo: PASSWORD } }),
  ],
  [
    "an environment",
    "environment.DB_PASSWORD",
    resource("caprover_app", { environment: { DB_PASSWORD: PASSWORD } }),
  ],
  [
    "a service override in YAML",
    "service_override",
    resource("caprover_app", { service_override: `TaskTemplate:\n  Env: [X=${GITHUB}]\n` }),
  ],
  [
    "a service override in JSON",
    "service_override.A.Password",
    resource("caprover_app", { service_override: JSON.stringify({ A: { Password: PASSWORD } }) }),
  ],
  [
    "a build on CapRover",
    "captain_definition.dockerfileLines",
    resource("caprover_app", {
      captain_definition: JSON.stringify({ dockerfileLines: [`ENV X=${GITHUB}`] }),
    }),
  ],
  [
    "a default of a sensitive variable",
    "default",
    { variable: { key: { sensitive: true, default: "sk-1" } } },
  ],
  ["a default of a plain variable", "default", { variable: { key: { default: GITHUB } } }],
  ["a local", "api_key", { locals: { api_key: PASSWORD } }],
  ["an output", "value", { output: { x: { value: `https://x/?token=${PASSWORD}` } } }],
  ["a data source", "token", { data: { http: { x: { token: PASSWORD } } } }],
  ["a backend", "s3.secret_key", { terraform: { backend: { s3: { bucket: "b", secret_key: PASSWORD } } } }],
  [
    "a provisioner",
    "provisioner.local-exec.environment.GITHUB_TOKEN",
    resource("terraform_data", {
      provisioner: [{ "local-exec": { environment: { GITHUB_TOKEN: PASSWORD } } }],
    }),
  ],
  ["an expression", "env.X", container({ env: [`X=\${join("", ["${GITHUB}", var.x])}`] })],
  [
    "base64 of a login",
    "x",
    resource("docker_config", { x: Buffer.from(`postgres://ada:${PASSWORD}@db/x`).toString("base64") }),
  ],
  [
    "a variable that is not sensitive, in the place of a secret",
    "secret_environment_wo.ANY",
    secret("${var.key}", { key: { type: "string" } }),
  ],
  [
    "such a variable in a function",
    "secret_environment_wo.ANY",
    secret("${trimspace(var.key)}", { key: {} }),
  ],
  ["a token as a key", "sysctls.(name not shown)", container({ sysctls: { [GITHUB]: "1" } })],
])("a credential in %s fails, and is not shown", (_what, place, document) => {
  expect(document).not.toHaveNoLiteralSecret();
  expect(() => expect(document).toHaveNoLiteralSecret()).toThrow(` in clear text in ${place}`);
  expect(() => expect(document).toHaveNoLiteralSecret()).toThrow(
    new RegExp(`^(?!.*(?:${GITHUB}|${PASSWORD}|${LOGIN}|PRIVATE KEY)).*$`, "s"),
  );
});

test.each<[what: string, document: object]>([
  ["nothing", {}],
  [
    "plain variables",
    container({
      env: ["TZ=UTC", "HOME=/opt/data/home", "GOOGLE_APPLICATION_CREDENTIALS=/opt/data/gcp.json"],
    }),
  ],
  ["a reference to a sensitive variable", secret("${var.key}", { key: { sensitive: true } })],
  ["one to an ephemeral variable", secret("${var.key}", { key: { ephemeral: true } })],
  ["one to a variable of elsewhere", secret("${var.key}")],
  ["one to a resource", secret("${random_password.p.result}", { key: {} })],
  ["a plain variable that is made sensitive", secret("${sensitive(var.key)}", { key: {} })],
  ["a plain variable beside a sensitive one", secret("${var.a}:${var.b}", { a: {}, b: { sensitive: true } })],
  [
    "a plain variable elsewhere",
    { variable: { region: { default: "eu" } }, ...container({ env: ["REGION=${var.region}"] }) },
  ],
  [
    "a sensitive variable without default",
    { variable: { key: { sensitive: true }, more: { sensitive: true, default: "" } } },
  ],
  ["the managed .env by references", upload("/etc/hermes/.env", "API_SERVER_KEY='${var.key}'\nTZ='UTC'\n")],
  ["a plain line of it", upload("/etc/hermes/.env", "TZ='UTC'\n")],
  [
    "Hermes' references in the managed config",
    upload("/etc/hermes/config.yaml", '{ "model": { "api_key": "$${HERMES_MODEL_API_KEY}" } }'),
  ],
  ["a digest", container({ image: `ghcr.io/acme/x@sha256:${"0123456789abcdef".repeat(4)}` })],
  ["a public key", resource("aws_key_pair", { public_key: "ssh-ed25519 AAAA a" })],
  ["a certificate", container({ env: ["CA=-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] })],
  ["a key of a table", resource("aws_dynamodb_table", { hash_key: "id", range_key: "at" })],
  ["a generated key", resource("tls_private_key", { algorithm: "ED25519" })],
  [
    "a path of a key",
    {
      provider: {
        docker: [
          { cert_path: "/root/.docker", registry_auth: [{ address: "x", config_file: "/root/x.json" }] },
        ],
      },
    },
  ],
  [
    "a reference for a registry",
    { provider: { docker: [{ registry_auth: [{ address: "ghcr.io", password: "${var.p}" }] }] } },
  ],
  ["a backend", { terraform: { backend: { s3: { bucket: "b", key: "hermes/agent", encrypt: true } } } }],
  [
    "a remote state",
    { data: { terraform_remote_state: { x: { config: { path: "${path.module}/../x.tfstate" } } } } },
  ],
  [
    "outputs of commands",
    { output: { commands: { value: { chat: "docker exec -it hermes hermes chat" } } } },
  ],
  ["labels", container({ labels: [{ label: "traefik.http.routers.h.rule", value: "Host(`h.example`)" }] })],
  ["a hash", container({ labels: [{ label: "users", value: "ada:$apr1$a1B2c3D4$a1B2c3D4e5a1B2c3D4e5a1" }] })],
  [
    "a precondition about a secret",
    container({
      lifecycle: {
        precondition: [
          { condition: '${startswith(var.t, "xoxb-")}', error_message: "botToken must start with xoxb-" },
        ],
      },
    }),
  ],
  [
    "a driver's options",
    resource("docker_volume", { driver_opts: { type: "nfs", o: "addr=10.0.0.1,rw", device: ":/x" } }),
  ],
  [
    "a version of a password",
    resource("caprover_app", {
      basic_auth: { user: "ada", password_wo: "${var.p}", password_wo_version: 2 },
    }),
  ],
  [
    "ids",
    container({
      env: [
        "TENANT=3b241101-e2bb-4255-8caf-4136c566a962",
        "REVISION=0123456789abcdef0123456789abcdef01234567",
      ],
    }),
  ],
  ["words that begin like a mark", container({ env: ["A=sk-learn", "B=task-force-2026", "C=hf_transfer"] })],
  [
    "scripts of a build",
    resource("docker_image", {
      build: { context: "./context", dockerfile: "Dockerfile", build_args: { NODE_VERSION: "22" } },
    }),
  ],
  [
    "a base64 certificate",
    resource("docker_config", { data: Buffer.from("-----BEGIN CERTIFICATE-----\nAAAA").toString("base64") }),
  ],
  [
    "text of a config",
    resource("docker_config", {
      data: Buffer.from("listen 80; server_name hermes.example;").toString("base64"),
    }),
  ],
  ["a nested reference", secret('${jsondecode(data.vault.x.data)["key"]}')],
  [
    "a name of a secret",
    resource("docker_service", { secrets: [{ secret_id: "abc", secret_name: "openai" }] }),
  ],
  ["metadata", { "//": { metadata: { note: GITHUB } } }],
])("%s passes the matcher for literal secrets", (_what, document) => {
  expect(document).toHaveNoLiteralSecret();
});

describe("an acknowledgement of a construct", () => {
  const WHY = "an example of the documentation";
  const stackWith = (place: string) => {
    const stack = newStack();
    agent(stack, { env: { EXTRA: GITHUB }, acknowledge: { "secret-in-text": { [place]: WHY } } });
    return stack;
  };

  test("the matcher accepts an acknowledgement from a stack, its file, its object and its app", () => {
    const stack = stackWith("env.EXTRA");
    expect(stack).toHaveNoLiteralSecret();
    expect(synthesizeStack(stack)).toHaveNoLiteralSecret();
    expect(synthesizeApp(App.of(stack))["agents"]).toHaveNoLiteralSecret();
    expect(synth(stack)).toHaveNoLiteralSecret();
    expect(JSON.stringify(synth(stack))).toHaveNoLiteralSecret();
  });

  test("an acknowledgement does not count if the metadata was removed", () => {
    expect(Testing.synth(stackWith("env.EXTRA"))).not.toHaveNoLiteralSecret();
  });

  test("an acknowledgement counts only for its place", () => {
    const document = JSON.parse(JSON.stringify(synth(stackWith("env.EXTRA"))));
    document.resource.docker_container.hermes.labels.push({ label: "deploy", value: GITHUB });
    expect(() => expect(document).toHaveNoLiteralSecret()).toThrow(/labels\.deploy$/);
  });

  test("an acknowledgement counts only for its own construct", () => {
    const document = JSON.parse(JSON.stringify(synth(stackWith("env.EXTRA"))));
    document.resource.docker_container.other = { env: [`EXTRA=${GITHUB}`] };
    expect(() => expect(document).toHaveNoLiteralSecret()).toThrow("docker_container.other");
  });

  test("an acknowledgement of one rule does not count for another one", () => {
    const stack = newStack();
    agent(stack, { env: { A_TOKEN: "hunter2" }, acknowledge: { "env-credential": { "env.A_TOKEN": WHY } } });
    const document = JSON.parse(JSON.stringify(synth(stack)));
    expect(document).toHaveNoLiteralSecret();
    const { env } = document.resource.docker_container.hermes;
    env[env.indexOf("A_TOKEN=hunter2")] = `A_TOKEN=${GITHUB}`;
    expect(document).not.toHaveNoLiteralSecret();
  });

  test.each<[string, (stack: TerraformStack) => unknown]>([
    [
      "a secret prop",
      (stack) =>
        agent(stack, {
          secrets: { ANY: "public" },
          acknowledge: { "secret-literal": { "secrets.ANY": WHY } },
        }),
    ],
    [
      "a label",
      (stack) =>
        agent(stack, {
          target: HermesTarget.docker({ labels: { "a.b": GITHUB } }),
          acknowledge: { "secret-in-text": { "target.labels.a.b": WHY } },
        }),
    ],
    [
      "config",
      (stack) =>
        agent(stack, {
          config: { a: [{ b: GITHUB }] },
          acknowledge: { "secret-in-config": { "config.a.0.b": WHY } },
        }),
    ],
    [
      "a mount",
      (stack) =>
        agent(stack, {
          mounts: [{ hostPath: `/srv/${GITHUB}`, target: "/w" }],
          acknowledge: { "secret-in-text": { "mounts[0].hostPath": WHY } },
        }),
    ],
    [
      "a model's address",
      (stack) =>
        agent(stack, {
          model: { provider: "custom", name: "m", baseUrl: "http://ada:hunter2@vllm/v1" },
          acknowledge: { "secret-in-text": { "model.baseUrl": WHY }, "secret-in-config": WHY },
        }),
    ],
    [
      "options of the data",
      (stack) =>
        agent(stack, {
          data: new PersistentDataVolume(stack, "data", {
            name: "hermes-data",
            driverOptions: { type: "cifs", device: "//nas/x", o: "username=ada,password=hunter2" },
            acknowledge: { "secret-in-text": { "driverOptions.o": WHY } },
          }),
        }),
    ],
    [
      "an app of CapRover",
      (stack) => {
        new CapRoverProvider(stack, "caprover");
        new CapRoverApp(stack, "app", {
          name: "web",
          environment: { EXTRA: GITHUB },
          secretEnvironmentWo: { ANY: "public" },
          acknowledge: {
            "secret-in-text": { "environment.EXTRA": WHY },
            "secret-literal": { "secretEnvironmentWo.ANY": WHY },
          },
        });
      },
    ],
  ])("an acknowledgement of %s is found at its attribute", (_what, build) => {
    const stack = newStack();
    build(stack);
    expect(stack).toHaveNoLiteralSecret();
    expect(synth(stack)).toHaveNoLiteralSecret();
  });
});

test("an agent with every kind of secret passes, on Docker and on CapRover", () => {
  const docker = newStack();
  agent(docker, {
    secrets: { OPENROUTER_API_KEY: secretOf(docker) },
    apiServer: { key: secretOf(docker, "api") },
  });
  expect(docker).toHaveNoLiteralSecret();
  const caprover = new TerraformStack(App.of(docker), "caprover");
  new CapRoverProvider(caprover, "caprover", { password: secretOf(caprover, "password") });
  new DockerProvider(caprover, "docker");
  agent(caprover, {
    image: imageOf(caprover),
    target: HermesTarget.caprover(),
    secrets: { OPENROUTER_API_KEY: secretOf(caprover) },
  });
  expect(caprover).toHaveNoLiteralSecret();
});
