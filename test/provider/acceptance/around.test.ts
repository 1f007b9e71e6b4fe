/** The resources around an app: projects, domains, certificates, redirects and data sources. */
import { agentBlock, START_LINE } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const APP = `resource "caprover_app" "web" {
  name  = "web"
  image = "registry.test/silent:v1"
}
`;

describeInSandbox("around an app", () => {
  const scene = scenes({}, 'owner = "us"');

  it("a project is created, changed, used by an app and destroyed after it", async () => {
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

  it("an unknown project is refused before anything is written", async () => {
    const { workspace } = scene.current;
    await workspace.write(APP.replace("image", 'project_id = "nowhere"\n  image'));
    const { code, output } = await workspace.tryApply();
    expect(code).toBe(1);
    expect(output).toMatch(/no project with the id "nowhere"[\s\S]*project_id = "nowhere"/);
    expect(scene.current.writes()).toEqual([]);
  });

  it("domains get certificates, then SSL is forced and visitors are redirected", async () => {
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

  it("an apply of forced SSL and a redirect ends when the app runs again, and its ready condition still finds it", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    const body = (mode: string) => `${agentBlock(
      `ready = { http = { contains = "I am" } }\n  environment = { MODE = "${mode}" }`,
      { ready: false },
    )}
resource "caprover_base_domain_ssl" "agent" {
  app = caprover_app.agent.name
}
resource "caprover_custom_domain" "own" {
  app    = caprover_app.agent.name
  domain = "agent.example.test"
}
resource "caprover_force_ssl" "agent" {
  app        = caprover_app.agent.name
  depends_on = [caprover_base_domain_ssl.agent, caprover_custom_domain.own]
}
resource "caprover_redirect" "agent" {
  app        = caprover_app.agent.name
  domain     = caprover_custom_domain.own.domain
  depends_on = [caprover_force_ssl.agent]
}
`;
    await workspace.apply(body("one"));
    const written = captain.requests.findLast(({ method }) => method === "PATCH")?.at ?? new Date();
    const [running] = captain.app("agent").running;
    expect(running?.log.at(-1)?.line).toBe(`${START_LINE} v1`);
    expect(running?.log.at(-1)?.at.getTime()).toBeGreaterThan(written.getTime());
    await workspace.apply(body("two"));
    expect((await workspace.plan(body("two"))).code).toBe(0);
    expect(captain.app("agent").definition).toMatchObject({ forceSsl: true });
    expect(captain.app("agent").service?.wanted.env["MODE"]).toBe("two");
    expect(captain.overlaps).toEqual([]);
  });

  it("a redirect that was saved and never took effect shows in the next plan, and is sent again", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    const certified = `${APP}
resource "caprover_base_domain_ssl" "web" {
  app = caprover_app.web.name
}
`;
    const redirected = (domain: string) => `${certified}
resource "caprover_redirect" "web" {
  app        = caprover_app.web.name
  domain     = "${domain}"
  depends_on = [caprover_base_domain_ssl.web]
}
`;
    const body = redirected("web.apps.localhost");
    await workspace.apply(certified);
    await workspace.write(body);
    await scene.current.applyCutOff();
    expect(captain.app("web").definition.redirectDomain).toBe("web.apps.localhost");
    const restarts = () => captain.events.filter(({ kind }) => kind === "start").length;
    const before = restarts();
    // the state has none of it, and a saved redirect does not count as one in force
    await workspace.apply(body);
    expect(restarts()).toBeGreaterThan(before);
    expect((await workspace.plan(body)).code).toBe(0);
    await user.logIn();
    await user.call("POST", "/user/apps/appDefinitions/customdomain", {
      appName: "web",
      customDomain: "own.example.test",
    });
    const moved = redirected("own.example.test");
    await workspace.write(moved);
    await scene.current.applyCutOff();
    const { code, output } = await workspace.plan(moved);
    expect(code).toBe(2);
    expect(output).toMatch(/applied\s+= false -> true/);
    await workspace.apply(moved);
    expect((await workspace.plan(moved)).code).toBe(0);
  });

  it("a redirect to a domain that the app does not have is refused", async () => {
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

  it("data sources read an app and the server, and an ephemeral resource gives the deploy token", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(`${APP.replace("image", 'deploy_token_enabled = true\n  environment = { A = "1" }\n  image')}
data "caprover_app" "web" {
  name = caprover_app.web.name
}
data "caprover_system" "this" {}
ephemeral "caprover_app_deploy_token" "web" {
  app = caprover_app.web.id
}
resource "caprover_app" "ci" {
  name  = "ci"
  image = "registry.test/silent:v1"
  secret_environment_wo = { DEPLOY_TOKEN = ephemeral.caprover_app_deploy_token.web.token }
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
    expect(captain.app("ci").definition.envVars).toEqual([{ key: "DEPLOY_TOKEN", value: token }]);
    expect(await workspace.rawState()).not.toContain(token);
  });
});
