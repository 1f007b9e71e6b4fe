/** Every operation is complete in one apply: what depends follows, and the next plan is empty. */
import { AGENT, AGENT_V2, agentBlock } from "../agent";
import { describeInSandbox, isForeign, Scene } from "../scene";
import { forgetBundle } from "../workspace";

const OUTPUTS = `output "all" {
  value     = [caprover_app.agent, caprover_base_domain_ssl.agent, caprover_custom_domain.own]
  sensitive = true # as whole resources are that have secrets
}
`;
/** An agent with domains, certificates, forced https and a redirect, and outputs of all that is computed. */
const dressed = (
  app: string,
  { domain = "agent.example.test", ssl = true, output = OUTPUTS } = {},
): string => `${app}
resource "caprover_base_domain_ssl" "agent" {
  app = caprover_app.agent.id
}
resource "caprover_custom_domain" "own" {
  app    = caprover_app.agent.id
  domain = "${domain}"
  ssl    = ${ssl}
}
resource "caprover_force_ssl" "agent" {
  app        = caprover_app.agent.id
  depends_on = [caprover_base_domain_ssl.agent, caprover_custom_domain.own]
}
resource "caprover_redirect" "agent" {
  app        = caprover_app.agent.id
  domain     = caprover_custom_domain.own.host
  depends_on = [caprover_force_ssl.agent]
}
${output}`;

const named = (name: string, attributes = ""): string =>
  agentBlock(attributes).replace(/name {7}= "agent"/, `name       = "${name}"`);

/** Each is one apply. What is dressed afterwards has its domains, forced https and its redirect. */
const OPERATIONS: readonly (readonly [title: string, body: string, ...args: string[]])[] = [
  ["an app is created with its domains", dressed(agentBlock())],
  ["a description is changed", dressed(agentBlock('description = "two"'))],
  [
    "variables and secrets are changed",
    dressed(agentBlock('environment = { A = "1" }\n  secret_environment_wo = { B = "2" }')),
  ],
  ["variables and secrets are removed", dressed(agentBlock())],
  ["a secret becomes a plain variable", dressed(agentBlock('environment = { B = "2" }'))],
  ["an image is changed", dressed(agentBlock("", { image: AGENT_V2 }))],
  ["an image and a setting are changed", dressed(agentBlock('environment = { A = "2" }', { image: AGENT }))],
  [
    "CapRover builds the image",
    dressed(
      agentBlock().replace(
        /image {6}= .*/,
        `captain_definition = jsonencode({ schemaVersion = 2, dockerfileLines = ["FROM ${AGENT}"] })`,
      ),
    ),
  ],
  ["an image is deployed again", dressed(agentBlock())],
  [
    "ports and nginx are changed",
    dressed(
      agentBlock(
        "ports = [{ host_port = 9000, container_port = 80 }]\n  nginx = { proxy_read_timeout_seconds = 90 }\n  websocket_support = true",
      ),
    ),
  ],
  [
    "limits, a health check and memory are changed",
    dressed(
      agentBlock(
        'limits = { memory_mib = 64, cpus = 0.5 }\n  health_check = { test = ["CMD", "true"] }\n  tmpfs = [{ container_path = "/dev/shm", size_mib = 8 }]',
      ),
    ),
  ],
  ["all of that is removed", dressed(agentBlock())],
  [
    "basic auth and a deploy token are added",
    dressed(
      agentBlock(
        'basic_auth = { user = "ada", password_wo = "hunter2hunter2" }\n  deploy_token_enabled = true',
      ),
    ),
  ],
  ["they are removed", dressed(agentBlock())],
  ["the app is paused", dressed(agentBlock("instance_count = 0"))],
  ["the app is started", dressed(agentBlock())],
  [
    "a second volume is added",
    dressed(agentBlock().replace("}]", '}, { container_path = "/more", name = "more" }]')),
  ],
  ["the volume is taken away", dressed(agentBlock())],
  [
    "an override is added",
    dressed(
      agentBlock('service_override = jsonencode({ TaskTemplate = { ContainerSpec = { Hostname = "a" } } })'),
    ),
  ],
  ["the override is removed", dressed(agentBlock())],
  [
    "timeouts and protection are changed",
    dressed(agentBlock('deletion_protection = true\n  timeouts {\n    update = "50m"\n  }')),
  ],
  ["protection is switched off", dressed(agentBlock())],
  ["the app is replaced", dressed(agentBlock()), "-replace=caprover_app.agent"],
  ["the certificate is replaced", dressed(agentBlock()), "-replace=caprover_base_domain_ssl.agent"],
  ["the domain is replaced", dressed(agentBlock()), "-replace=caprover_custom_domain.own"],
  ["forced https is replaced", dressed(agentBlock()), "-replace=caprover_force_ssl.agent"],
  ["the redirect is replaced", dressed(agentBlock()), "-replace=caprover_redirect.agent"],
  ["the app is renamed", dressed(named("renamed"))],
  ["the domain is changed", dressed(named("renamed"), { domain: "other.example.test" })],
  [
    "the domain loses its certificate",
    dressed(named("renamed"), { domain: "other.example.test", ssl: false }),
  ],
  ["the domain gets a certificate", dressed(named("renamed"), { domain: "other.example.test" })],
  [
    "the app becomes one without data",
    dressed(named("renamed").replace(/persistent.*|volumes.*|stop_grace.*/g, "")),
  ],
];

const [, LAST] = OPERATIONS.at(-1) ?? ["", ""];

describeInSandbox("one apply is enough", () => {
  let scene: Scene;
  jest.setTimeout(120_000);
  beforeAll(async () => {
    if (isForeign) return;
    scene = await Scene.set();
    await scene.user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
  });
  afterAll(async () => {
    await scene.end();
    await forgetBundle();
  });

  it.each(OPERATIONS)("the plan is empty after %s", async (_title, body, ...args) => {
    const { workspace, captain } = scene;
    await workspace.apply(body, ...args);
    const [name = ""] = captain.appNames;
    const domain = /domain = "(.*)"/.exec(body)?.[1] ?? "";
    expect(captain.app(name).definition).toMatchObject({
      forceSsl: true,
      hasDefaultSubDomainSsl: true,
      redirectDomain: domain,
      customDomain: [{ publicDomain: domain, hasSsl: !body.includes("ssl    = false") }],
    });
    const { code, output } = await workspace.plan(body);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(captain.overlaps).toEqual([]);
  });

  it("the plan is empty after a tainted app was made anew", async () => {
    const { workspace, captain } = scene;
    await workspace.run("taint", "caprover_app.agent");
    await workspace.apply(LAST);
    expect(captain.app("renamed").definition).toMatchObject({
      forceSsl: true,
      redirectDomain: "agent.example.test",
    });
    expect((await workspace.plan(LAST)).code).toBe(0);
  });

  it("the plan is empty after everything was imported", async () => {
    const { workspace } = scene;
    const ids = {
      "caprover_app.agent": "renamed",
      "caprover_base_domain_ssl.agent": "renamed",
      "caprover_custom_domain.own": "renamed/agent.example.test",
      "caprover_force_ssl.agent": "renamed",
      "caprover_redirect.agent": "renamed",
    };
    for (const address of Object.keys(ids)) await workspace.run("state", "rm", address);
    const imports = Object.entries(ids).map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`);
    await workspace.apply(`${LAST}${imports.join("")}`);
    expect((await workspace.plan(LAST)).code).toBe(0);
  });

  it("the plan is empty after the app and all around it is destroyed", async () => {
    const { workspace, captain } = scene;
    await workspace.destroy();
    expect(captain.appNames).toEqual([]);
    expect((await workspace.plan("")).code).toBe(0);
  });
});
