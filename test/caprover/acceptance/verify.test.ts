/** `verify` of an agent that the real CDKTF and Terraform have deployed, by the packed command. */
import { readFileSync } from "node:fs";
import { CapRoverSandbox, type HermesState } from "cdktf-hermes/testing";
import type { VerifiedAgent } from "../../../lib/operations/verified";
import { temporaryFolder } from "../../agents";
import { CaptainClient } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { builtPackage } from "../package";
import { Project } from "../project";
import { secretsIn } from "../secret-search";
import { DASHBOARD_PASSWORD, SECRETS, STATE, surroundingsOf, TAG } from "../wrapper-example";

jest.setTimeout(600_000);

const PASSWORD = { HERMES_DASHBOARD_PASSWORD: DASHBOARD_PASSWORD };

describeWithTerraform("verify of an agent on CapRover", () => {
  const state: { -readonly [Part in keyof HermesState]: HermesState[Part] } = { ...STATE };
  const folder = temporaryFolder();
  let packageFolder: string;
  let captain: CapRoverSandbox;
  let user: CaptainClient;

  beforeAll(async () => {
    packageFolder = await builtPackage(temporaryFolder());
    captain = await CapRoverSandbox.start(surroundingsOf(state));
    user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    await user.call("POST", "/user/system/enablessl", { emailAddress: "ada@example.com" });
    projectWith({}).copyExample("caprover-wrapper").install(packageFolder);
  });
  afterAll(() => captain.stop());
  beforeEach(() => {
    for (const part of Object.keys(state)) Reflect.deleteProperty(state, part);
    Object.assign(state, STATE);
  });

  const projectWith = ({ nginx_password = "", ...environment }: Readonly<Record<string, string>>) =>
    new Project(
      folder,
      { ...captain.environment, ...PASSWORD, ...environment },
      { ...SECRETS, ...(nginx_password !== "" && { nginx_password }) },
    );

  async function verify(environment: Readonly<Record<string, string>> = {}) {
    const { code, output } = await projectWith(environment).tryScript(
      "npx cdktf-hermes verify --json --ask-seconds 20",
    );
    expect(secretsIn(output, { ...SECRETS, ...PASSWORD })).toEqual([]);
    const [agent]: readonly VerifiedAgent[] = JSON.parse(output);
    if (agent === undefined) throw new Error(output);
    const failing = agent.conditions
      .filter(({ result }) => result === "fails")
      .map(({ condition }) => condition);
    return { code, state: agent.state, failing, why: agent.why };
  }

  test("before the deploy an agent is not deployed", async () => {
    await projectWith({}).cdktf("synth");
    expect(await verify()).toMatchObject({ code: 1, state: "not-deployed", failing: [] });
  });

  test("after the deploy every condition of a working agent holds", async () => {
    await projectWith({}).cdktf("deploy", "*");
    await captain.clock.until(() => captain.app("hermes").running.length === 1, 300);
    await captain.clock.advance(30);
    expect(await verify()).toEqual({ code: 0, state: "deployed", failing: [], why: undefined });
  });

  test.each<[string, HermesState, readonly string[]]>([
    ["whose gateway gave up", { gateway: "startup_failed" }, ["gateway", "apiServer"]],
    ["whose model rejects the key", { model: { provider: "zai", name: "glm-5", does: "401" } }, ["answer"]],
    [
      "whose model says nothing",
      { model: { provider: "zai", name: "glm-5", does: "answers nothing" } },
      ["answer"],
    ],
    ["whose disk is full", { diskPercent: 97 }, ["disk"]],
    ["whose config.yaml is broken", { config: "model: [\nname: x" }, ["config"]],
    [
      "with another API key on its volume",
      { volumeVariables: { API_SERVER_KEY: "another-key-0123456" } },
      ["apiServer", "shadowed"],
    ],
  ])("a deployed agent %s is found bad", async (_, bad, failing) => {
    Object.assign(state, bad);
    expect(await verify()).toMatchObject({ code: 1, state: "deployed", failing });
  });

  test.each([
    ["the dashboard's password is wrong", { HERMES_DASHBOARD_PASSWORD: "wrong password" }, 1, "deployed"],
    ["the dashboard's password is missing", { HERMES_DASHBOARD_PASSWORD: "" }, 2, "deployed"],
    ["the password of basic auth is wrong", { nginx_password: "wrong" }, 2, "deployed"],
    ["the CapRover server's password is wrong", { CAPROVER_PASSWORD: "wrong" }, 2, "unreachable"],
    ["the CapRover server's password is missing", { CAPROVER_PASSWORD: "" }, 2, "unreachable"],
    ["the CapRover server can't be reached", { CAPROVER_URL: "http://127.0.0.1:9" }, 2, "unreachable"],
  ])("when %s it says so", async (_, environment, code, found) => {
    expect(await verify(environment)).toMatchObject({ code, state: found });
  });

  test("a program that has changed since the deploy is said", async () => {
    const project = projectWith({});
    const program = readFileSync(`${folder}/main.ts`, "utf8");
    project.replace("main.ts", TAG, "sha-0000000");
    await project.cdktf("synth");
    expect(await verify()).toMatchObject({ code: 0, state: "declared-otherwise", failing: [] });
    project.write("main.ts", program);
    await project.cdktf("synth");
  });

  test("an app at 0 instances is found bad", async () => {
    const change = (instanceCount: number) =>
      user.call("PATCH", "/user/apps/appDefinitions/update", { appName: "hermes", instanceCount });
    await change(0);
    await captain.clock.advance(60);
    expect(await verify()).toMatchObject({ code: 1, state: "deployed", failing: ["app"] });
    await change(1);
  });
});
