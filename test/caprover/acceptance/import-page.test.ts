/** Follows docs/caprover-import.md: an app is made by hand, and moved under Terraform. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { temporaryFolder } from "../../agents";
import { CaptainClient } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { demandsOf } from "../demands";
import { hermesImage } from "../hermes-image";
import { builtPackage, ROOT } from "../package";
import { Project } from "../project";
import { DATA, imageOf, SECRETS, TAG } from "../wrapper-example";

jest.setTimeout(600_000);

const PAGE = readFileSync(join(ROOT, "docs", "caprover-import.md"), "utf8");

const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
const [PROGRAM = "", NAMED_VOLUME = ""] = blocks("ts");
const [ON_THE_NODE = "", VALUES = "", IMPORT = "", APPLY = ""] = blocks("sh");
/** The first column of the table of what changes. */
const CHANGES = [...PAGE.slice(PAGE.indexOf("| attribute |")).matchAll(/^\| `([a-z_]+)` \|/gm)].map(
  ([, name = ""]) => name,
);

const USER_FILES = { "auth.json": '{"codex": "login"}', "sessions/1": "hello", "config.yaml": "model: {}" };

/** What somebody set in the dashboard after reading an article, with the command in the service override. */
const BY_HAND = {
  instanceCount: 1,
  containerHttpPort: 9119,
  websocketSupport: true,
  httpAuth: { user: "admin", password: SECRETS["nginx_password"] ?? "" },
  envVars: [
    ["HOME", "/opt/data/home"],
    ["API_SERVER_ENABLED", "true"],
    ["API_SERVER_HOST", "0.0.0.0"],
    ["API_SERVER_KEY", SECRETS["api_server_key"] ?? ""],
    ["API_SERVER_CORS_ORIGINS", "https://hermes.example.com"],
    ["HERMES_DASHBOARD", "1"],
    ["HERMES_DASHBOARD_HOST", "0.0.0.0"],
    ["HERMES_DASHBOARD_PORT", "9119"],
    ["HERMES_HEADLESS", "1"],
  ].map(([key = "", value = ""]) => ({ key, value })),
  serviceUpdateOverride: "TaskTemplate:\n  ContainerSpec:\n    Args: [gateway, run]\n",
};

/** An override from the time before s6, with which the image of a later release ends at once. */
const OLD_COMMAND =
  "TaskTemplate:\n  ContainerSpec:\n    Command: [/opt/hermes/docker/entrypoint.sh, gateway, run]\n";

test("the import page has the blocks that are tested, in this order", () => {
  expect(PROGRAM).toContain("new HermesApp(");
  expect(NAMED_VOLUME).toContain("PersistentDataVolume(");
  expect(ON_THE_NODE).toContain("docker exec");
  expect(VALUES).toMatch(/^(export .*\n)+$/);
  expect(IMPORT).toContain("terraform import");
  expect(APPLY).toContain("cdktf deploy");
});

describeWithTerraform("an app that was made by hand", () => {
  let packageFolder: string;
  let captain: CapRoverSandbox;
  let user: CaptainClient;

  beforeAll(async () => {
    packageFolder = await builtPackage(temporaryFolder());
  });
  afterEach(async () => {
    const { overlaps } = captain;
    await captain.stop();
    expect(overlaps).toEqual([]);
  });

  async function captainOf(version: string): Promise<void> {
    captain = await CapRoverSandbox.start({
      version,
      images: { [imageOf(TAG)]: hermesImage("v2026.7.30") },
      hostDirectories: [DATA],
    });
    user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
  }

  const settle = async () => {
    await captain.clock.until(() => !captain.app("hermes").isBuilding, 600);
    await captain.clock.sleep(40);
  };

  async function enableHttps(customDomain: string) {
    const app = { appName: "hermes" };
    const definitions = "/user/apps/appDefinitions";
    const clicks: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ["/user/system/enablessl", { emailAddress: "ada@example.com" }],
      [`${definitions}/enablebasedomainssl`, app],
      [`${definitions}/customdomain`, { ...app, customDomain }],
      [`${definitions}/enablecustomdomainssl`, { ...app, customDomain }],
    ];
    for (const [path, body] of clicks) {
      expect(await user.call("POST", path, body)).toMatchObject({ status: 100 });
      // Enabling SSL for the root domain ends all sessions.
      await user.logIn();
    }
  }

  async function makeByHand(
    volume: { readonly hostPath: string } | { readonly volumeName: string },
    serviceUpdateOverride = BY_HAND.serviceUpdateOverride,
  ) {
    await user.register("hermes", true);
    await settle();
    const settings = {
      ...BY_HAND,
      serviceUpdateOverride,
      volumes: [{ containerPath: "/opt/data", ...volume }],
    };
    expect(await user.post("hermes", settings)).toMatchObject({ status: 100 });
    await settle();
    await user.deployImage("hermes", imageOf(TAG));
    await settle();
    await enableHttps("hermes.example.com");
    expect(await user.post("hermes", { ...settings, forceSsl: true })).toMatchObject({ status: 100 });
    await settle();
  }

  const projectOf = (program: string) =>
    new Project(temporaryFolder(), captain.environment, SECRETS)
      .copyExample("caprover-wrapper")
      .install(packageFolder)
      .write("main.ts", program);
  const writes = () => captain.requests.filter(({ method, path }) => method !== "GET" && path !== "/login");

  async function changesOf(project: Project) {
    await project.terraform("agent", "plan", "-out=plan.out");
    const plan: {
      readonly resource_changes: readonly {
        readonly type: string;
        readonly change: {
          readonly actions: readonly string[];
          readonly before: object;
          readonly after: object;
        };
      }[];
    } = JSON.parse(await project.terraform("agent", "show", "-json", "plan.out"));
    return plan.resource_changes.map(({ type, change: { actions, before, after } }) => ({
      type,
      actions: actions.join(),
      attributes: Object.entries(after ?? {})
        .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(Object(before)[name]))
        .map(([name]) => name)
        .sort(),
    }));
  }

  test("an app with a volume that CapRover 1.14 named is imported with the same volume", async () => {
    await captainOf("1.14.1");
    await makeByHand({ volumeName: "hermes-data" });
    await captain.upgrade("1.15.3");
    const volume = () => captain.volume("captain--hermes-data")?.files;
    for (const [name, text] of Object.entries(USER_FILES)) volume()?.set(name, text);
    const data = /new PersistentDataVolume\(.*?\)/s;
    const project = projectOf(PROGRAM.replace(data, data.exec(NAMED_VOLUME)?.[0] ?? ""));
    await project.script(IMPORT);
    expect((await changesOf(project))[0]?.attributes).toEqual([...CHANGES].sort());
    expect(await project.script(APPLY)).toContain("No changes.");
    expect(Object.fromEntries(volume() ?? [])).toMatchObject(USER_FILES);
    expect(demandsOf(captain.app("hermes"))).toMatchObject({ data: "captain--hermes-data" });
    expect(captain.volumeNames).not.toContain("hermes-data");
  });

  test("an app with a directory of the node is imported with its data and logins, and restarts once", async () => {
    await captainOf("1.15.3");
    await makeByHand({ hostPath: DATA });
    for (const [name, text] of Object.entries(USER_FILES)) captain.hostDirectory(DATA)?.files.set(name, text);
    const [before] = captain.app("hermes").running;
    expect(before).toBeDefined();
    const { httpAuth } = captain.app("hermes").definition;
    const project = projectOf(PROGRAM);
    const writesBefore = writes().length;
    const startsBefore = captain.hostDirectory(DATA)?.files.get("starts");

    await project.script(IMPORT);
    expect(writes()).toHaveLength(writesBefore);
    expect(captain.app("hermes").running).toEqual([before]);
    const [app, ...others] = await changesOf(project);
    expect(app).toEqual({ type: "caprover_app", actions: "update", attributes: [...CHANGES].sort() });
    expect(others.map(({ actions }) => actions)).toEqual(others.map(() => "create"));
    const state = project.read("terraform.agent.tfstate");
    for (const secret of Object.values(SECRETS)) expect(state).not.toContain(secret);

    expect(await project.script(APPLY)).toContain("No changes.");
    const files = captain.hostDirectory(DATA)?.files;
    expect(Object.fromEntries(files ?? [])).toMatchObject(USER_FILES);
    expect(files?.get("starts")).toBe(`${startsBefore}v2026.7.30 `);
    expect(demandsOf(captain.app("hermes"))).toEqual({
      data: DATA,
      home: "/opt/data/home",
      command: "gateway run",
    });
    expect(captain.app("hermes").definition.httpAuth).toEqual(httpAuth);
    expect(captain.app("hermes").running[0]?.spec.env).toMatchObject({
      API_SERVER_KEY: SECRETS["api_server_key"],
    });
    const sent = writes()
      .slice(writesBefore)
      .map(({ method, path }) => `${method} ${path}`);
    expect(sent).toEqual(["PATCH /user/apps/appDefinitions/update"]);
  });

  test("an app that restarts for ever because of its old command is imported, and runs after the apply", async () => {
    await captainOf("1.15.3");
    await makeByHand({ hostPath: DATA }, OLD_COMMAND);
    for (const [name, text] of Object.entries(USER_FILES)) captain.hostDirectory(DATA)?.files.set(name, text);
    const ended = captain.events.filter(({ kind }) => kind === "die").length;
    await captain.clock.sleep(30);
    expect(captain.events.filter(({ kind }) => kind === "die").length).toBeGreaterThan(ended + 2);

    const project = projectOf(PROGRAM);
    await project.script(IMPORT);
    const [app] = await changesOf(project);
    expect(app?.attributes).toEqual([...CHANGES].sort());
    expect(await project.script(APPLY)).toContain("No changes.");
    expect(Object.fromEntries(captain.hostDirectory(DATA)?.files ?? [])).toMatchObject(USER_FILES);
    expect(demandsOf(captain.app("hermes"))).toMatchObject({ data: DATA, command: "gateway run" });
  });
});
