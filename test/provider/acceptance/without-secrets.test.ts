/** Plans and destructions where no secret is at hand, and deploy tokens that are not there yet or no longer. */
import { agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const SECRETS = {
  key: "V4riable-Value-91",
  more: "M0re-Value-12",
  nginx: "B4sic-Password-77",
  token: "D3ploy-Token-55",
  registry: "R3gistry-Password-31",
};
const VARIABLES = Object.keys(SECRETS)
  .map((name) => `variable "${name}" {\n  type      = string\n  ephemeral = true\n  default   = null\n}\n`)
  .join("");
const given = (values: Readonly<Record<string, string>> = SECRETS) =>
  Object.entries(values).map(([name, value]) => `-var=${name}=${value}`);

/** Every resource that takes a secret. */
const body = (attributes = "", secrets = "{ API_KEY = var.key, MORE = var.more }") => `${VARIABLES}
resource "caprover_registry" "own" {
  domain      = "registry.test"
  username    = "ada"
  password_wo = var.registry
}
${agentBlock(`
  secret_environment_wo = ${secrets}
  basic_auth            = { user = "ada", password_wo = var.nginx }
  deploy_token_enabled  = true
  deploy_token_wo       = var.token
  ${attributes}`)}`;

describeInSandbox("without any secret at hand", () => {
  const scene = scenes();
  const env = () => scene.current.captain.app("agent").service?.wanted.env ?? {};

  it("a new app and a new registry are planned, and an apply is refused before anything is written", async () => {
    const { workspace } = scene.current;
    const { code, output } = await workspace.plan(body());
    expect([code, output]).toEqual([2, expect.stringContaining("2 to add")]);
    const applied = await workspace.tryApply();
    expect(applied.code).toBe(1);
    expect(applied.output).toContain("password_wo is missing");
    expect(scene.current.writes()).toEqual([]);
    await workspace.write(agentBlock("secret_environment_wo = { API_KEY = null }"));
    expect((await workspace.tryApply()).output).toContain("secret_environment_wo has no value for API_KEY");
    expect(scene.current.writes()).toEqual([]);
  });

  it("a plan of everything is empty, and a change keeps every secret", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(body(), ...given());
    const hash = JSON.stringify((await user.app("agent"))?.["httpAuth"]);
    const plan = await workspace.plan(body());
    expect([plan.code, plan.output]).toEqual([0, expect.anything()]);
    await workspace.apply(
      body('environment = { MODE = "two" }').replace('"ada"\n  password', '"ada"\n  push = true\n  password'),
    );
    expect(env()).toMatchObject({ MODE: "two", API_KEY: SECRETS.key, MORE: SECRETS.more });
    const app = await user.app("agent");
    expect(JSON.stringify(app?.["httpAuth"])).toBe(hash);
    expect(app?.["appDeployTokenConfig"]).toMatchObject({ appDeployToken: SECRETS.token });
    expect((await user.call("GET", "/user/registries")).data["registries"]).toEqual([
      expect.objectContaining({ registryPassword: SECRETS.registry }),
    ]);
    expect((await workspace.run("plan", "-detailed-exitcode", ...given())).code).toBe(0);
  });

  it("a variable that is null keeps its value, one that is not named goes, and one with a value changes", async () => {
    const { workspace } = scene.current;
    await workspace.apply(body(), ...given());
    const { output } = await workspace.plan(body("", "{ API_KEY = var.key }"));
    expect(output).toMatch(/- "MORE"/);
    await workspace.apply(body("", "{ API_KEY = var.key }"));
    expect(env()).toMatchObject({ API_KEY: SECRETS.key });
    expect(env()).not.toHaveProperty("MORE");
    await workspace.apply(body(), "-var=more=again");
    expect(env()).toMatchObject({ API_KEY: SECRETS.key, MORE: "again" });
    await workspace.apply(body(), "-var=key=other");
    expect(env()).toMatchObject({ API_KEY: "other", MORE: "again" });
    expect((await workspace.plan(body())).code).toBe(0);
  });

  it("a secret that somebody changed shows, and one that somebody removed is not made up", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(body(), ...given());
    await user.patch("agent", { envVars: [{ key: "API_KEY", value: "stolen" }] });
    await scene.current.settle("agent");
    expect((await workspace.plan(body())).output).toMatch(/secret_environment_wo_version\s+= 0 -> 1/);
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining("has no value for MORE")]);
    await workspace.apply(body(), ...given());
    expect(env()).toMatchObject({ API_KEY: SECRETS.key, MORE: SECRETS.more });
  });

  it("everything is destroyed", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(body(), ...given());
    await workspace.destroy();
    expect(captain.appNames).toEqual([]);
  });
});

const app = (name: string, attributes: string) => `resource "caprover_app" "${name}" {
  name  = "${name}"
  image = "registry.test/silent:v1"
  ${attributes}
}
`;
const TOKEN = 'ephemeral "caprover_app_deploy_token" "web" {\n  app = caprover_app.web.id\n}\n';
const CI = app(
  "ci",
  "secret_environment_wo = { DEPLOY_TOKEN = ephemeral.caprover_app_deploy_token.web.token }",
);
const WITH_TOKEN = `${app("web", "deploy_token_enabled = true")}${TOKEN}${CI}`;

describeInSandbox("a deploy token that is not there", () => {
  const scene = scenes();
  const token = () => scene.current.captain.app("web").definition.appDeployTokenConfig?.appDeployToken;
  const delivered = () => scene.current.captain.app("ci").service?.wanted.env["DEPLOY_TOKEN"];

  it("a token that the same run enables reaches its reader in that run", async () => {
    const { workspace } = scene.current;
    await workspace.apply(`${app("web", "")}${app("ci", "")}`);
    await workspace.apply(WITH_TOKEN);
    expect(token()).toHaveLength(64);
    expect(delivered()).toBe(token());
    expect((await workspace.plan(WITH_TOKEN)).code).toBe(0);
  });

  it("a token that was switched off in the dashboard is switched on again, and reaches its reader", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(WITH_TOKEN);
    const before = token();
    await user.patch("web", { appDeployTokenConfig: { enabled: false } });
    const { code, output } = await workspace.plan(WITH_TOKEN);
    expect([code, output]).toEqual([2, expect.stringMatching(/deploy_token_enabled\s+= false -> true/)]);
    await workspace.apply(WITH_TOKEN);
    expect(token()).not.toBe(before);
    expect(delivered()).toBe(token());
    expect((await workspace.plan(WITH_TOKEN)).code).toBe(0);
  });

  it("an app and the reader of its token are destroyed while the token is switched off", async () => {
    const { workspace, user, captain } = scene.current;
    await workspace.apply(WITH_TOKEN);
    await user.patch("web", { appDeployTokenConfig: { enabled: false } });
    await workspace.destroy();
    expect(captain.appNames).toEqual([]);
  });

  it("the reader of another app's token is planned and destroyed while that app has no token or is gone", async () => {
    const { workspace, user, captain } = scene.current;
    await scene.current.madeByHand("web", false);
    await user.patch("web", { appDeployTokenConfig: { enabled: true } });
    const body = `${TOKEN.replace("caprover_app.web.id", '"web"')}${CI}`;
    await workspace.apply(body);
    expect(delivered()).toBe(token());
    await user.patch("web", { appDeployTokenConfig: { enabled: false } });
    const { code, output } = await workspace.plan(body);
    expect([code, output]).toEqual([0, expect.stringContaining('App "web" has no deploy token')]);
    const before = delivered();
    await workspace.apply(body.replace("image", 'environment = { A = "1" }\n  image'));
    expect(delivered()).toBe(before);
    await user.call("POST", "/user/apps/appDefinitions/delete", { appName: "web" });
    await workspace.destroy();
    expect(captain.appNames).toEqual([]);
  });

  it("a token is an error where the app certainly accepts none", async () => {
    const { workspace } = scene.current;
    await workspace.write(`${app("web", "")}${TOKEN}${CI}`);
    const { code, output } = await workspace.tryApply();
    expect([code, output]).toEqual([1, expect.stringContaining('App "web" has no deploy token')]);
  });
});
