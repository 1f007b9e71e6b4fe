/** The life of an app on any CapRover server: the sandbox, or the one of CAPROVER_URL and CAPROVER_PASSWORD. */
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { describeWithTerraform, finished } from "../../terraform";
import { isForeign } from "../scene";
import { forgetBundle, Workspace } from "../workspace";

const IMAGES = { first: "nginx:1.27-alpine", second: "nginx:1.26-alpine", missing: "nginx:no-such-tag" };
const NAME = `provider-${Math.random().toString(36).slice(2, 10)}`;

describeWithTerraform("on any CapRover server", () => {
  jest.setTimeout(900_000);
  let captain: CapRoverSandbox | undefined;
  let workspace: Workspace;

  beforeAll(async () => {
    if (!isForeign)
      captain = await CapRoverSandbox.start({ images: { [IMAGES.first]: {}, [IMAGES.second]: {} } });
    workspace = await Workspace.make(captain?.environment ?? {});
  });
  afterAll(async () => {
    await workspace.write("");
    await workspace.tryApply();
    await workspace.close();
    await captain?.stop();
    await forgetBundle();
  });

  const block = (image: string, attributes: string) => `resource "caprover_app" "it" {
  name       = "${NAME}"
  persistent = true
  image      = "${image}"
  volumes    = [{ container_path = "/data", name = "${NAME}-data" }]
  delete_volumes = true
  secret_environment_wo = { KEY = "s3cret" }
  basic_auth = { user = "greg", password_wo = "hunter2hunter2" }
  ${attributes}
}
`;
  const unchanged = async (body: string) => expect(await workspace.plan(body)).toMatchObject({ code: 0 });

  it("an app is created, changed and deployed, and each time the next plan is empty", async () => {
    for (const body of [
      block(IMAGES.first, 'environment = { A = "1" }'),
      block(IMAGES.first, 'environment = { A = "2" }\n  websocket_support = true'),
      block(IMAGES.second, 'description = "both at once"'),
    ]) {
      await workspace.apply(body);
      await unchanged(body);
    }
  });

  it("every other attribute is set and removed again, and each time the next plan is empty", async () => {
    const around = `resource "caprover_project" "it" {
  name = "${NAME}"
}
data "caprover_system" "this" {}
data "caprover_app" "it" {
  name = caprover_app.it.name
}
output "seen" {
  value = [data.caprover_system.this.version, data.caprover_system.this.nodes[0].id, data.caprover_app.it.image]
}
`;
    for (const attributes of [
      `project_id = caprover_project.it.id
  environment = { A = "1", B = "two words" }
  tags = ["mine"]
  http_port = 8080
  deploy_token_enabled = true
  stop_grace_seconds = 15
  tmpfs = [{ container_path = "/dev/shm", size_mib = 64 }]
  health_check = { test = ["CMD", "true"], interval_seconds = 30, retries = 5 }
  limits = { memory_mib = 256, cpus = 0.5 }
  nginx = { proxy_read_timeout_seconds = 3600, client_max_body_size_mib = 1 }
  service_override = yamlencode({ TaskTemplate = { ContainerSpec = { StopSignal = "SIGQUIT" } } })`,
      "web_app = false",
      "",
    ]) {
      const body = block(IMAGES.second, attributes) + around;
      await workspace.apply(body);
      await unchanged(body);
    }
  });

  it("a failed deploy changes nothing and says why", async () => {
    const good = block(IMAGES.second, 'description = "both at once"');
    await workspace.write(block(IMAGES.missing, 'description = "both at once"'));
    const { code, output } = await workspace.tryApply();
    expect(code).toBe(1);
    expect(output).toContain(`could not deploy ${IMAGES.missing}`);
    await workspace.apply(good);
    await unchanged(good);
  });

  it("an app that left the state is imported with an empty plan, and destroyed", async () => {
    const body = block(IMAGES.second, 'description = "both at once"');
    await finished(workspace.start(["state", "rm", "caprover_app.it"]));
    const imported = await finished(
      workspace.start(["import", "-no-color", "caprover_app.it", `${NAME}?secret=KEY`]),
    );
    expect(imported).toMatchObject({ code: 0 });
    await workspace.apply(body);
    await unchanged(body);
    await workspace.destroy();
    await workspace.write("");
    expect((await workspace.run("plan", "-detailed-exitcode")).code).toBe(0);
  });
});
