/** What stands around an app: projects, registries, domains, certificates, and what only reads. */
import { describeInSandbox, scenes } from "../captain";

const APP = `resource "caprover_app" "web" {
  name  = "web"
  image = "registry.test/silent:v1"
}
`;

describeInSandbox("around an app", () => {
  const scene = scenes();

  it("projects are made, changed, used and destroyed after their apps", async () => {
    const { workspace, user, captain } = scene.current;
    const body = (description: string) => `resource "caprover_project" "agents" {
  name        = "agents"
  description = "${description}"
}
${APP.replace("image", "project_id = caprover_project.agents.id\n  image")}`;
    captain.faults.inject({ effect: "reset", path: "/user/projects/register", at: "answer" });
    await workspace.apply(body("one"));
    await workspace.apply(body("two"));
    const { data } = await user.call("GET", "/user/projects");
    expect(data["projects"]).toEqual([expect.objectContaining({ name: "agents", description: "two" })]);
    expect((await workspace.plan(body("two"))).code).toBe(0);
    await workspace.destroy();
    expect((await user.call("GET", "/user/projects")).data["projects"]).toEqual([]);
  });

  it("an unknown project is told before anything is written", async () => {
    const { workspace } = scene.current;
    await workspace.write(APP.replace("image", 'project_id = "nowhere"\n  image'));
    const { code, output } = await workspace.tryApply();
    expect(code).toBe(1);
    expect(output).toMatch(/no project with the id "nowhere"[\s\S]*project_id = "nowhere"/);
    expect(scene.current.writes()).toEqual([]);
  });

  it("a registry lets private images be pulled, and does not become the place that builds go to", async () => {
    const { workspace, user, captain } = scene.current;
    captain.images.add("ghcr.test/me/app:v1", { credentials: { user: "me", password: "t0ken" } });
    const body = `resource "caprover_registry" "ghcr" {
  domain       = "ghcr.test"
  image_prefix = "me"
  username     = "me"
  password_wo  = "t0ken"
}
resource "caprover_app" "web" {
  name       = "web"
  image      = "ghcr.test/me/app:v1"
  depends_on = [caprover_registry.ghcr]
}
`;
    await workspace.apply(body);
    expect(captain.app("web").running).toHaveLength(1);
    const registries = async () => (await user.call("GET", "/user/registries")).data;
    expect((await registries())["defaultPushRegistryId"] ?? "").toBe("");
    expect(await workspace.rawState()).not.toContain("t0ken");
    expect((await workspace.plan(body)).code).toBe(0);
    await workspace.destroy();
    expect((await registries())["registries"]).toEqual([]);
  });

  it("domains get their certificates, then SSL is forced and visitors are redirected", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    const body = `${APP}
resource "caprover_custom_domain" "own" {
  app    = caprover_app.web.name
  domain = "agent.example.test"
}
resource "caprover_base_domain_ssl" "web" {
  app = caprover_app.web.name
}
resource "caprover_force_ssl" "web" {
  app        = caprover_app.web.name
  depends_on = [caprover_custom_domain.own, caprover_base_domain_ssl.web]
}
resource "caprover_redirect" "web" {
  app        = caprover_app.web.name
  domain     = caprover_custom_domain.own.domain
  depends_on = [caprover_force_ssl.web]
}
`;
    await workspace.apply(body);
    const { definition } = captain.app("web");
    expect(definition).toMatchObject({
      forceSsl: true,
      redirectDomain: "agent.example.test",
      hasDefaultSubDomainSsl: true,
      customDomain: [{ publicDomain: "agent.example.test", hasSsl: true }],
    });
    // the address is https from now on, which the next refresh sees
    await workspace.apply(body);
    const before = scene.current.writes().length;
    expect((await workspace.plan(body)).code).toBe(0);
    expect(scene.current.writes(before)).toEqual([]);
    await workspace.apply(APP);
    expect(captain.app("web").definition).toMatchObject({
      forceSsl: false,
      redirectDomain: "",
      customDomain: [],
    });
  });

  it("a redirect to a domain that the app has not is refused", async () => {
    const { workspace } = scene.current;
    await workspace.write(`${APP}
resource "caprover_redirect" "web" {
  app    = caprover_app.web.name
  domain = "elsewhere.example.test"
}
`);
    expect((await workspace.tryApply()).output).toContain(
      '"elsewhere.example.test" is no domain of app "web"',
    );
  });

  it("data sources tell of an app and of the captain, and an ephemeral resource gives the deploy token", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(`${APP.replace("image", 'deploy_token_enabled = true\n  environment = { A = "1" }\n  image')}
data "caprover_app" "web" {
  name = caprover_app.web.name
}
data "caprover_system" "this" {}
ephemeral "caprover_app_deploy_token" "web" {
  app = caprover_app.web.id
}
output "seen" {
  value = {
    image   = data.caprover_app.web.image
    keys    = data.caprover_app.web.environment_keys
    version = data.caprover_system.this.version
    node    = data.caprover_system.this.nodes[0].id
  }
}
`);
    const { output } = await workspace.run("output", "-json", "seen");
    expect(JSON.parse(output)).toEqual({
      image: "registry.test/silent:v1",
      keys: ["A"],
      version: "1.15.3",
      node: "node1",
    });
    const token = captain.app("web").definition.appDeployTokenConfig?.appDeployToken ?? "";
    expect(token).toHaveLength(64);
    expect(await workspace.rawState()).not.toContain(token);
  });
});
