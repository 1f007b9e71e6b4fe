import { send } from "../../caprover-contract/captain-client";
import { finished } from "../../terraform";
import { describeInSandbox, scenes } from "../scene";

const THINKER = "registry.test/thinker:v1";
const SILENT_SECONDS = 90;

const block = (nginx: string) => `resource "caprover_app" "web" {
  name  = "web"
  image = "${THINKER}"
  ${nginx}
}
`;
const PATIENT = block("nginx = { proxy_read_timeout_seconds = 3600, client_max_body_size_mib = 1 }");
const IMPATIENT = block("");

describeInSandbox("nginx settings of an app", () => {
  const scene = scenes({
    images: {
      [THINKER]: { ports: { 80: () => ({ status: 200, body: "thought", afterSeconds: SILENT_SECONDS }) } },
    },
  });
  const visit = async (body = "") => {
    await scene.current.captain.clock.sleep(10);
    const { url } = scene.current.captain;
    return (await send(url, body === "" ? "GET" : "POST", { host: "web.apps.localhost" }, body)).http;
  };
  const template = () => scene.current.captain.app("web").definition.customNginxConfig ?? "";

  it("nginx settings take effect when applied, and CapRover's own when removed", async () => {
    const { workspace } = scene.current;
    await workspace.apply(IMPATIENT);
    expect(await visit()).toBe(504);
    await workspace.apply(PATIENT);
    expect(await visit()).toBe(200);
    expect(await visit("x".repeat(2 ** 20 + 1))).toBe(413);
    expect((await workspace.plan(PATIENT)).code).toBe(0);
    await workspace.apply(IMPATIENT);
    expect(template()).toBe("");
    expect(await visit()).toBe(504);
    expect((await workspace.plan(IMPATIENT)).code).toBe(0);
  });

  it("nginx settings that somebody changed in the dashboard are set back, and every other line stays", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(PATIENT);
    const edited = template().replace("3600s", "5m").replace("listen 80;", "listen 80; # mine");
    await user.patch("web", { customNginxConfig: edited });
    const { code, output } = await workspace.plan(PATIENT);
    expect(code).toBe(2);
    expect(output).toMatch(/proxy_read_timeout_seconds\s+= 300 -> 3600/);
    await workspace.apply(PATIENT);
    expect(template()).toContain("3600s");
    expect(template()).toContain("# mine");
    await user.patch("web", { customNginxConfig: "" });
    expect((await workspace.plan(PATIENT)).output).toMatch(/\+ nginx/);
  });

  it("nginx settings are imported, and a template that somebody wrote is left as it is", async () => {
    const { workspace, user } = scene.current;
    const importIt = async () => {
      await finished(workspace.start(["state", "rm", "caprover_app.web"]));
      const { code, output } = await finished(workspace.start(["import", "caprover_app.web", "web"]));
      expect({ code, output }).toMatchObject({ code: 0 });
    };
    await workspace.apply(PATIENT);
    await importIt();
    expect((await workspace.plan(PATIENT)).code).toBe(0);
    const byHand = `# mine\n${String((await user.call("GET", "/user/apps/appDefinitions")).data["defaultNginxConfig"])}`;
    await workspace.apply(IMPATIENT);
    await user.patch("web", { customNginxConfig: byHand });
    await importIt();
    expect((await workspace.plan(IMPATIENT)).code).toBe(0);
    await workspace.apply(PATIENT);
    await workspace.apply(IMPATIENT);
    expect(template()).toBe(byHand);
  });

  it("nginx settings are refused before anything is written when the template has no line for them", async () => {
    const { workspace, user } = scene.current;
    await workspace.apply(IMPATIENT);
    const customNginxConfig = "server { listen 80; location / { return 200; } }\n";
    await user.patch("web", { customNginxConfig });
    const before = scene.current.writes().length;
    const { code, output } = await workspace.plan(PATIENT);
    expect(code).toBe(1);
    expect(output).toMatch(
      /nginx template has no line[\s\S]*nginx = \{[\s\S]*\sneeds\s+one\s+line\s+"proxy_pass\s+…;"/,
    );
    expect((await workspace.tryApply()).code).toBe(1);
    expect(scene.current.writes(before)).toEqual([]);
    expect(template()).toBe(customNginxConfig);
    expect((await workspace.plan(IMPATIENT)).code).toBe(0);
  });
});
