/** The life of an app on any captain: the sandbox, or the one that CAPROVER_URL and CAPROVER_PASSWORD name. */
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { describeWithTerraform, finished } from "../../terraform";
import { isForeign } from "../captain";
import { forgetBundle, Workspace } from "../workspace";

const IMAGES = { first: "nginx:1.27-alpine", second: "nginx:1.26-alpine", missing: "nginx:no-such-tag" };
const NAME = `provider-${Math.random().toString(36).slice(2, 10)}`;

describeWithTerraform("on any captain", () => {
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

  it("an app is created, changed and deployed, and each time nothing is left to plan", async () => {
    for (const body of [
      block(IMAGES.first, 'environment = { A = "1" }'),
      block(IMAGES.first, 'environment = { A = "2" }\n  websocket_support = true'),
      block(IMAGES.second, 'description = "both at once"'),
    ]) {
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

  it("it is imported again with an empty plan, and destroyed", async () => {
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
