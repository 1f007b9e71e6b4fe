import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CapRoverProvider, type HermesAppProps, HermesTarget } from "../lib";
import { bootScript } from "../lib/boot/boot-script";
import { record } from "../lib/support/json-document";
import {
  agent,
  containerOf,
  containerWith,
  environmentOf,
  newDataOf,
  newStack,
  refusalOf,
  rulesOf,
  synth,
  temporaryFolder,
  uploadOf,
  warningsOf,
} from "./agents";

type Workspace = NonNullable<HermesAppProps["workspace"]>;

const configOf = (workspace: Workspace, more: object = {}) =>
  JSON.parse(uploadOf(containerWith({ workspace, ...more }), "/etc/hermes/config.yaml") ?? "{}");

describe("a place of work", () => {
  test.each<[string, Workspace, object]>([
    ["a volume", { volume: "project" }, { type: "volume", source: "project", target: "/workspace" }],
    [
      "a directory of the host",
      { hostPath: "/srv/project", target: "/project" },
      { type: "bind", source: "/srv/project", target: "/project" },
    ],
  ])("%s is mounted, may be written to, is where commands start, and is the runtime user's", (_, workspace, mount) => {
    const container = containerWith({ workspace });
    const { target } = { target: "", ...mount };
    expect(container.mounts).toContainEqual(mount);
    expect(environmentOf(container)["HERMES_WRITE_SAFE_ROOT"]).toBe(`/opt/data:${target}`);
    expect(configOf(workspace).terminal).toEqual({ cwd: target });
    expect(uploadOf(container, "/usr/local/lib/cdktf-hermes/boot")).toContain(`for work in ${target}; do`);
  });

  test("of several places commands start in the first, and the agent may write to all", () => {
    const workspace = [{ volume: "one" }, { hostPath: "/srv/two", target: "/two" }];
    expect(configOf(workspace).terminal).toEqual({ cwd: "/workspace" });
    const container = containerWith({ workspace, mounts: [{ volume: "three", target: "/three" }] });
    expect(environmentOf(container)["HERMES_WRITE_SAFE_ROOT"]).toBe("/opt/data:/three:/workspace:/two");
    expect(container.mounts).toHaveLength(4);
  });

  test("a place of work on CapRover is a volume of the app, and its boot gives it to the runtime user", () => {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    agent(stack, { workspace: { volume: "project" }, target: HermesTarget.caprover() });
    const [app] = Object.values(record(record(synth(stack).resource)["caprover_app"])).map(record);
    expect(app?.["volumes"]).toContainEqual({ container_path: "/workspace", name: "project" });
    const encoded = record(app?.["environment"])["CDKTF_HERMES_BOOT"];
    const script = gunzipSync(Buffer.from(String(encoded), "base64")).toString();
    expect(script).toContain("for work in /workspace; do");
    expect(script).toContain('"cwd": "/workspace"');
  });

  test("the terminal of another machine starts where its own settings say", () => {
    const config = configOf(
      { volume: "project" },
      {
        config: { terminal: { backend: "ssh", ssh_host: "build.lan", ssh_user: "agent" } },
        env: { HERMES_WRITE_SAFE_ROOT: "/opt/data:/workspace" },
      },
    );
    expect(config.terminal).not.toHaveProperty("cwd");
  });

  test("an agent without one has no such setting", () => {
    expect(uploadOf(containerWith({}), "/usr/local/lib/cdktf-hermes/boot")).not.toContain("for work in");
    expect(uploadOf(containerWith({}), "/etc/hermes/config.yaml") ?? "").not.toContain("cwd");
  });
});

/** Each refusal has its like that is accepted below. */
describe("places of work that are refused", () => {
  test.each<[string, Workspace, object, readonly string[]]>([
    ["the data volume", { volume: "hermes-data" }, {}, ["duplicate-data-mount"]],
    [
      "a directory above an engine's files",
      { hostPath: "/var/lib" },
      {},
      ["duplicate-data-mount", "mount-docker-socket", "workspace-system-path"],
    ],
    ["the host's /etc", { hostPath: "/etc/" }, {}, ["workspace-system-path"]],
    ["a place in the data", { volume: "project", target: "/opt/data/workspace" }, {}, ["mount-inside-data"]],
    ["a place of the image", { volume: "project", target: "/opt/hermes" }, {}, ["mount-over-install-tree"]],
    ["a place of the system", { volume: "project", target: "/usr" }, {}, ["mount-over-system"]],
    [
      "the path of a mount",
      { volume: "project" },
      { mounts: [{ volume: "other", target: "/workspace/" }] },
      ["mount-duplicate-target"],
    ],
    ["two at one path", [{ volume: "one" }, { volume: "two" }], {}, ["mount-duplicate-target"]],
    ["a relative path of the host", { hostPath: "project" }, {}, ["mount-path-relative"]],
    ["an old release", { volume: "project" }, { release: "v2026.6.5" }, ["managed-scope-unsupported"]],
  ])("%s is refused", (_, workspace, more, rules) => {
    const stack = newStack();
    const refused = refusalOf(() =>
      agent(stack, { data: newDataOf(stack, "hermes-data"), workspace, ...more }),
    );
    expect([...rulesOf(refused)].sort()).toEqual([...rules].sort());
    for (const { prop } of refused.problems) expect(prop).toMatch(/^workspace/);
  });

  test.each<[string, Workspace]>([
    ["neither volume nor path", JSON.parse("{}")],
    ["both", JSON.parse('{"volume":"project","hostPath":"/srv/x"}')],
    ["a flag that it can't have", JSON.parse('{"volume":"project","readOnly":true}')],
    ["a target that only Terraform knows", { volume: "project", target: "${var.x}" }],
  ])("%s is no place of work", (_, workspace) => {
    expect(() => agent(newStack(), { workspace })).toThrow(/workspace/);
  });

  test.each<[string, Workspace, object]>([
    ["a project below a home", { hostPath: "/home/ada/site", target: "/site" }, {}],
    ["a path below /srv", { hostPath: "/srv/site" }, {}],
    ["a path that only Terraform knows", { hostPath: "${var.path}" }, {}],
    ["a place below /opt", { volume: "project", target: "/opt/project" }, {}],
    ["a mount beside it", { volume: "project" }, { mounts: [{ volume: "cache", target: "/cache" }] }],
    ["the last release's", { volume: "project" }, { release: "v0.21.6" }],
    ["a list of one", [{ volume: "project" }], {}],
    ["an empty list", [], {}],
    ["a directory with blanks and quotes", { volume: "project", target: "/my 'project'" }, {}],
    ["a setting beside it", { volume: "project" }, { config: { terminal: { timeout: 120 } } }],
    ["the same directory in config", { volume: "project" }, { config: { terminal: { cwd: "/workspace" } } }],
  ])("%s is accepted", (_, workspace, more) => {
    const stack = newStack();
    agent(stack, { workspace, ...more });
    expect(warningsOf(stack)).toEqual([]);
    expect(containerOf(stack)).toHaveProperty("mounts");
  });

  test("two agents may work in one place", () => {
    const stack = newStack();
    for (const id of ["one", "two"]) agent(stack, { workspace: { volume: "project" } }, id);
  });

  test("another directory in config causes a warning, and the prop wins", () => {
    const stack = newStack();
    agent(stack, { workspace: { volume: "project" }, config: { terminal: { cwd: "/elsewhere" } } });
    expect(warningsOf(stack)).toEqual([expect.stringContaining("config-duplicate-setting")]);
    expect(configOf({ volume: "project" }, { config: { terminal: { cwd: "/x" } } }).terminal.cwd).toBe(
      "/workspace",
    );
  });
});

describe("the boot's script", () => {
  /** Runs its part on a folder, with a program in the place of chown that only root may use. */
  function boot(files: readonly string[], owner: string, uid?: string) {
    const root = temporaryFolder();
    const work = join(root, "my work");
    mkdirSync(work);
    for (const file of files) writeFileSync(join(work, file), "");
    mkdirSync(join(root, "run/s6/container_environment"), { recursive: true });
    if (uid !== undefined) writeFileSync(join(root, "run/s6/container_environment/HERMES_UID"), uid);
    const script = bootScript({ own: [work] });
    const start = script.indexOf("for work in");
    const part = script.slice(start, script.indexOf("done\n", start) + "done\n".length);
    const programs = `chown() { echo "chown $*"; }\nstat() { echo ${owner}; }\n`;
    const input = programs + part.replaceAll("/run/s6", `${root}/run/s6`);
    const { stdout, stderr, status } = spawnSync("sh", { input, encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(statSync(work).isDirectory()).toBe(true);
    return stdout.replaceAll(work, "WORK");
  }

  test.each([
    ["is new", [], "0", undefined, "chown 10000:10000 WORK\n"],
    ["is new, for a user of its own", [], "0", "1000", "chown 1000:10000 WORK\n"],
    [
      "has files in it",
      ["a"],
      "0",
      undefined,
      "[cdktf-hermes] WORK belongs to root and has files in it: the agent can't write there.\n",
    ],
    ["is somebody's", [], "1000", undefined, ""],
    ["is somebody's with files in it", ["a"], "1000", undefined, ""],
    ["is the runtime user's", ["a"], "10000", undefined, ""],
  ] as const)("a directory that %s", (_, files, owner, uid, said) => {
    expect(boot(files, owner, uid)).toBe(said);
  });
});
