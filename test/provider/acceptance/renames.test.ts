/** A resource that was renamed without a moved block, and what only looks like it. */
import { AGENT, agentBlock } from "../agent";
import { describeInSandbox, scenes } from "../scene";

const HEAD = `resource "caprover_app" "web" {
  name  = "web"
  image = "registry.test/silent:v1"
}
`;
const THINGS: readonly (readonly [string, string])[] = [
  ["caprover_app", 'name = "second"\n  image = "registry.test/silent:v1"'],
  ["caprover_project", 'name = "agents"'],
  ["caprover_registry", 'domain = "ghcr.test"\n  username = "me"\n  password_wo = "t0ken"'],
  ["caprover_custom_domain", 'app = "web"\n  domain = "a.example.test"\n  depends_on = [caprover_app.web]'],
  ["caprover_force_ssl", 'app = "web"\n  depends_on = [caprover_app.web, caprover_base_domain_ssl.web]'],
  [
    "caprover_redirect",
    'app = "web"\n  domain = "web.apps.localhost"\n  depends_on = [caprover_app.web, caprover_base_domain_ssl.web]',
  ],
];
const SSL = 'resource "caprover_base_domain_ssl" "web" {\n  app = caprover_app.web.name\n}\n';
const all = (name: string) =>
  THINGS.map(([type, body]) => `resource "${type}" "${name}" {\n  ${body}\n}\n`).join("") + HEAD + SSL;

describeInSandbox("a resource that is renamed", () => {
  const scene = scenes({}, 'owner = "us"');

  it("a plan that destroys and creates the same thing is refused for every kind, and a moved block heals it", async () => {
    const { workspace, user } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(all("old"));
    const writes = scene.current.writes().length;
    const { code, output } = await workspace.plan(all("new"));
    expect(code).toBe(1);
    for (const [type] of THINGS) expect(output).toContain(`from = ${type}.OLD_NAME`);
    expect(output.match(/This plan both creates and destroys/g)).toHaveLength(THINGS.length);
    expect(output).toContain('moveFromId("caprover_app.OLD_NAME")');
    const moved = THINGS.map(([type]) => `moved {\n  from = ${type}.old\n  to   = ${type}.new\n}\n`).join("");
    await workspace.apply(all("new") + moved);
    expect((await workspace.plan(all("new"))).code).toBe(0);
    expect(scene.current.writes(writes)).toEqual([]);
  });

  it("a resource whose certificate can't be removed may be renamed", async () => {
    const { workspace, user } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(HEAD + SSL);
    await workspace.apply(HEAD + SSL.replace('"web"', '"renamed"'));
    expect((await workspace.plan(HEAD + SSL.replace('"web"', '"renamed"'))).code).toBe(0);
  });

  it("-replace, taint and a forced replacement are no renaming", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(all("it"));
    for (const [type] of THINGS) {
      if (type !== "caprover_force_ssl") await workspace.run("taint", `${type}.it`);
    }
    await workspace.apply(all("it"));
    await workspace.apply(all("it"), "-replace=caprover_custom_domain.it", "-replace=caprover_project.it");
    // the domain with a certificate is replaced by one without
    const without = all("it").replace('"a.example.test"', '"a.example.test"\n  ssl = false');
    await workspace.apply(without);
    await workspace.apply(without.replace('name = "second"', 'name = "second"\n  persistent = true'));
    expect(captain.app("web").definition.customDomain).toEqual([
      { publicDomain: "a.example.test", hasSsl: false },
    ]);
    expect(captain.app("second").definition.hasPersistentData).toBe(true);
  });

  it("one app may go in the plan in which another one comes, and two apps may swap their resources by moved blocks", async () => {
    const { workspace, captain } = scene.current;
    await workspace.apply(agentBlock("", { name: "one" }));
    await workspace.apply(agentBlock("", { name: "two" }));
    expect(captain.appNames).toEqual(["two"]);
    const other = agentBlock("", { name: "two" }).replace('"caprover_app" "two"', '"caprover_app" "other"');
    await workspace.apply(`${other}moved {\n  from = caprover_app.two\n  to   = caprover_app.other\n}\n`);
    expect((await workspace.plan(other)).code).toBe(0);
    expect(captain.app("two").service?.wanted.image).toBe(AGENT);
  });
});
