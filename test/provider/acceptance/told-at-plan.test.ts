/** What CapRover's list shows is told in the plan. Each case plans, and none writes. */
import { describeInSandbox, scenes } from "../scene";

const SILENT = "registry.test/silent:v1";
const app = (name: string, attributes = "") => `resource "caprover_app" "${name}" {
  name  = "${name}"
  image = "${SILENT}"
  ${attributes}
}
`;
const onApp = (type: string, label: string, to: string, attributes = "") => `resource "${type}" "${label}" {
  app = ${to}
  ${attributes}
}
`;
const domain = (label: string, to: string, name: string, more = "") =>
  onApp("caprover_custom_domain", label, to, `domain = "${name}"\n  ${more}`);

describeInSandbox("a plan", () => {
  const scene = scenes();

  /** An app of somebody else, with a domain, a port and a certificate. */
  async function theirs(): Promise<void> {
    const { user } = scene.current;
    await scene.current.madeByHand("theirs", false);
    await user.patch("theirs", { ports: [{ hostPort: 8642, containerPort: 80 }] });
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    const call = { appName: "theirs", customDomain: "theirs.example.test" };
    await user.call("POST", "/user/apps/appDefinitions/customdomain", call);
    await user.call("POST", "/user/apps/appDefinitions/enablecustomdomainssl", call);
    await scene.current.settle("theirs");
  }

  it("refuses what somebody else has, before anything is written", async () => {
    await theirs();
    const before = scene.current.writes().length;
    const refused: Record<string, [body: string, output: RegExp]> = {
      name: [app("theirs"), /There is an app "theirs" already/],
      port: [
        app("web", "ports = [{ host_port = 8642, container_port = 80 }]"),
        /Port 8642 of the node leads to app\s+"theirs" already/,
      ],
      "two new apps on one port": [
        app("web", "ports = [{ host_port = 9000, container_port = 80 }]") +
          app("more", "ports = [{ host_port = 9000, container_port = 81 }]"),
        /Port 9000 of the node is for app\s+"(web|more)" too/,
      ],
      "one port twice in one app": [
        app(
          "web",
          "ports = [{ host_port = 9000, container_port = 80 }, { host_port = 9000, container_port = 81 }]",
        ),
        /host_port 9000 is there twice/,
      ],
      project: [app("web", 'project_id = "nowhere"'), /no project with the id "nowhere"/],
      "parent project": [
        'resource "caprover_project" "agents" {\n  name = "agents"\n  parent_id = "nowhere"\n}\n',
        /no project with the id "nowhere"/,
      ],
      domain: [
        app("web") + domain("own", "caprover_app.web.name", "theirs.example.test"),
        /theirs.example.test already is a domain of app\s+"theirs"/,
      ],
      "domain of an app that is not known yet": [
        app("web") + domain("own", "caprover_app.web.id", "theirs.example.test"),
        /theirs.example.test already is a domain of app\s+"theirs"/,
      ],
      "one domain for two apps": [
        app("web") +
          app("more") +
          domain("one", "caprover_app.web.name", "new.example.test") +
          domain("two", "caprover_app.more.name", "new.example.test"),
        /new.example.test is to be a domain of app\s+"(web|more)" too/,
      ],
      "domain below the server's own": [
        app("web") + domain("own", "caprover_app.web.id", "more.apps.localhost"),
        /more\.apps\.localhost is below the root domain of the CapRover\s+server/,
      ],
      redirect: [
        app("web") +
          onApp("caprover_redirect", "web", "caprover_app.web.name", 'domain = "theirs.example.test"'),
        /"theirs.example.test" is no domain of app\s+"web"/,
      ],
      "an app that there is not": [
        domain("own", '"nowhere"', "new.example.test"),
        /There is no app "nowhere" on the CapRover\s+server/,
      ],
      "forced SSL without a certificate": [
        app("web") + onApp("caprover_force_ssl", "web", "caprover_app.web.name"),
        /No domain of app "web" has a certificate/,
      ],
      "one app twice": [
        app("web") + app("web").replace('"caprover_app" "web"', '"caprover_app" "again"'),
        /This plan creates app "web" twice/,
      ],
    };
    for (const [what, [body, expected]] of Object.entries(refused)) {
      const { code, output } = await scene.current.workspace.plan(body);
      expect({ what, code, output }).toMatchObject({ code: 1, output: expect.stringMatching(expected) });
    }
    expect(scene.current.writes(before)).toEqual([]);
  });

  it("accepts what is free, or becomes free in the same plan", async () => {
    await theirs();
    const port = (hostPort: number) => `ports = [{ host_port = ${hostPort}, container_port = 80 }]`;
    const whole = `${app("web", port(9000))}${domain("own", "caprover_app.web.id", "new.example.test")}
${onApp("caprover_force_ssl", "web", "caprover_app.web.id", "depends_on = [caprover_custom_domain.own]")}
${onApp("caprover_redirect", "web", "caprover_app.web.name", 'domain = "new.example.test"\n  depends_on = [caprover_force_ssl.web]')}
resource "caprover_project" "agents" {
  name = "agents"
}
resource "caprover_project" "inner" {
  name      = "inner"
  parent_id = caprover_project.agents.id
}
${app("more", "project_id = caprover_project.inner.id")}`;
    const { workspace } = scene.current;
    await workspace.apply(whole);
    expect((await workspace.plan(whole)).code).toBe(0);
    // somebody gives the domain to another app too, which CapRover accepts
    const again = { appName: "theirs", customDomain: "new.example.test" };
    await scene.current.user.call("POST", "/user/apps/appDefinitions/customdomain", again);
    expect((await workspace.plan(whole)).code).toBe(0);
    await scene.current.user.call("POST", "/user/apps/appDefinitions/removecustomdomain", again);
    const accepted: Record<string, string> = {
      "a port that an earlier app gives up": whole
        .replace(port(9000), port(9001))
        .replace(
          "project_id = caprover_project.inner.id",
          `${port(9000)}\n  depends_on = [caprover_app.web]`,
        ),
      "a domain that moves to another app with its resource":
        app("web", port(9000)) + domain("own", "caprover_app.more.id", "new.example.test") + app("more"),
      "an app that is replaced with its port and its domain": whole.replace(
        'name  = "web"',
        'name  = "other"',
      ),
      "a port that is kept": whole.replace('"inner"\n  parent', '"deeper"\n  parent'),
    };
    for (const [what, body] of Object.entries(accepted)) {
      const { code, output } = await workspace.plan(body);
      expect({ what, code, output: code === 1 ? output : "" }).toEqual({ what, code: 2, output: "" });
    }
  });

  it("refuses to rename a protected app, and accepts it once it is not protected", async () => {
    const { workspace } = scene.current;
    await workspace.apply(app("web", "deletion_protection = true"));
    for (const renamed of [
      app("web").replace('name  = "web"', 'name  = "other"\n  deletion_protection = true'),
      app("web", "persistent = true\n  deletion_protection = false"),
    ]) {
      const { code, output } = await workspace.plan(renamed);
      expect([code, output]).toEqual([1, expect.stringContaining("web is protected against destruction")]);
    }
    expect(
      (await workspace.plan(app("web", 'description = "more"\n  deletion_protection = true'))).code,
    ).toBe(2);
    await workspace.apply(app("web"));
    expect((await workspace.plan(app("web").replace('name  = "web"', 'name  = "other"'))).code).toBe(2);
  });
});
