import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  BOOT_SCRIPT_PATH,
  bootFromFile,
  bootFromVariable,
  bootInVariable,
  bootScript,
  partsOfBootScript,
} from "../../lib/boot/boot-script";
import { STOP_GATEWAYS } from "../../lib/boot/stop-gateways";
import { literalConfigFile, literalEnvFile } from "../../lib/targets/managed-files";
import { temporaryFolder } from "../agents";

const SERVICE = "etc/s6-overlay/s6-rc.d/dashboard";

/** The root of a file system with the dashboard's service, as in an image. */
function root(type: string | undefined): string {
  const folder = temporaryFolder();
  if (type !== undefined) {
    mkdirSync(join(folder, SERVICE), { recursive: true });
    writeFileSync(join(folder, SERVICE, "type"), type);
  }
  return folder;
}

/** Runs the script with another root in its paths. */
function boot(folder: string, script = bootScript()) {
  const input = script.replaceAll(/(?<=[ =])\/(?=etc|run)/g, `${folder}/`);
  return spawnSync("sh", { input, encoding: "utf8" });
}

const limitOf = (folder: string) => join(folder, SERVICE, "timeout-kill");

describe("the boot's script", () => {
  test.each([
    "longrun\n",
    "longrun",
  ])("the boot's script limits the dashboard's time if the image has one: %j", (type) => {
    const folder = root(type);
    expect(boot(folder)).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(limitOf(folder), "utf8")).toBe("5000\n");
  });

  test.each([
    undefined,
    "",
    "oneshot\n",
    "bundle\n",
  ])("the boot's script writes no limit that would end the boot: %j", (type) => {
    const folder = root(type);
    expect(boot(folder)).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(limitOf(folder))).toBe(false);
  });

  test("the boot's script writes the stop's script, which can be executed", () => {
    const folder = root("longrun");
    boot(folder);
    const path = join(folder, "etc/cont-finish.d/10-cdktf-hermes-gateways");
    expect(readFileSync(path, "utf8").replaceAll(folder, "")).toBe(STOP_GATEWAYS);
    expect(statSync(path).mode & 0o777).toBe(0o755);
  });

  test("the boot's script does the same at each start of a container", () => {
    const folder = root("longrun");
    boot(folder);
    expect(boot(folder)).toMatchObject({ status: 0, stderr: "" });
  });

  test("the boot's script never makes the boot fail, even if nothing can be written", () => {
    const folder = join(root(undefined), "a-file");
    writeFileSync(folder, "");
    expect(boot(folder).status).toBe(0);
  });

  test("the boot's script writes files unchanged, whatever they contain", () => {
    const values = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: "binary" }));
    const names = fc.dictionary(fc.stringMatching(/^[A-Z]{1,9}$/), fc.string());
    fc.assert(
      fc.property(values, names, (config, plain) => {
        const folder = root("longrun");
        const content = literalConfigFile(config) + literalEnvFile(plain);
        boot(folder, bootScript({ files: [{ path: "/etc/hermes/file", content }] }));
        expect(readFileSync(join(folder, "etc/hermes/file"), "utf8")).toBe(content);
        expect(statSync(join(folder, "etc/hermes/file")).mode & 0o777).toBe(0o644);
      }),
      { numRuns: 25 },
    );
  });

  test("the boot's script is read as our own part, and the files that were given with their contents", () => {
    const lines = fc.array(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("chmod 644 /etc/a", "EOF", "")),
    );
    const path = fc.stringMatching(/^\/etc\/[a-z]{1,9}\/[a-z.]{1,9}$/);
    const file = fc.record({ path, content: lines.map((all) => all.map((line) => `${line}\n`).join("")) });
    const other = { own: ["/workspace"], announceWhen: "true", merge: { dropped: ["A"] } };
    fc.assert(
      fc.property(fc.array(file), (files) => {
        expect(partsOfBootScript(bootScript({ ...other, files }))).toEqual({ own: bootScript(other), files });
      }),
    );
  });

  test("the boot's script reports once that the gateway runs, and does not block the boot until then", () => {
    const folder = root("longrun");
    const mark = join(folder, "runs");
    const script = bootScript({ announceWhen: `[ -e ${mark} ]` }).replace(/exit 0\n$/, `touch ${mark}\n`);
    expect(boot(folder, script).stdout.match(/^\[cdktf-hermes\] The gateway runs\.$/gm)).toHaveLength(1);
  });
});

describe("the hook", () => {
  test("the hook runs the file, with only as many words as s6-overlay splits", () => {
    expect(bootFromFile()).toEqual({ S6_STAGE2_HOOK: `sh ${BOOT_SCRIPT_PATH}`, S6_KILL_GRACETIME: "2000" });
  });

  test("the hook's variable contains nothing that a shell, Terraform or Swarm would interpret", () => {
    const { S6_STAGE2_HOOK: hook = "", CDKTF_HERMES_BOOT: encoded = "" } = bootFromVariable(bootScript());
    expect(hook).not.toMatch(/['"${}]/);
    expect(encoded).toMatch(/^[A-Za-z0-9+/=]+$/);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "CDKTF_HERMES_BOOT"), encoded);
    const [command = ""] = /base64 -d [^|]+\|gzip -dc/.exec(hook) ?? [];
    const decoded = execFileSync("sh", ["-c", command.replace("/run/s6/container_environment", folder)]);
    expect(decoded.toString()).toBe(bootScript());
    expect(bootInVariable({ CDKTF_HERMES_BOOT: encoded })).toBe(bootScript());
  });

  test("a script that is too long for a variable is refused", () => {
    const files = [{ path: "/etc/hermes/config.yaml", content: randomBytes(100_000).toString("hex") }];
    expect(() => bootFromVariable(bootScript({ files }))).toThrow(RangeError);
  });
});

describe("the stop's script", () => {
  /** Runs it with programs that only print their arguments. Two of three slots are supervised. */
  function stop(wait: string | undefined): readonly string[] {
    const folder = temporaryFolder();
    const program = (name: string, body: string) => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, name), 0o755);
    };
    for (const slot of ["gateway-default", "gateway-dead", "gateway-work"]) {
      mkdirSync(join(folder, "run/service", slot), { recursive: true });
    }
    program("printcontenv", wait === undefined ? "exit 1" : `echo '${wait}'`);
    program("s6-svok", 'case "$1" in *gateway-dead) exit 1 ;; esac');
    program("s6-svc", 'echo s6-svc "$@"');
    program("s6-svwait", 'echo s6-svwait "$@"');
    const input = STOP_GATEWAYS.replace("/command", folder).replace("/run/service", `${folder}/run/service`);
    const { stdout, status } = spawnSync("sh", { input, encoding: "utf8" });
    expect(status).toBe(0);
    return stdout.replaceAll(`${folder}/run/service/`, "").trim().split("\n");
  }

  test("the stop's script signals all supervised gateways, and then waits once for all of them", () => {
    expect(stop("12000")).toEqual([
      "s6-svc -d gateway-default",
      "s6-svc -d gateway-work",
      "s6-svwait -D -t 12000 gateway-default gateway-work",
    ]);
  });

  test.each([
    undefined,
    "",
    "0",
    "5s",
    "-1",
    "1e3",
  ])("the stop's script waits half a minute if the variable is %j", (wait) => {
    expect(stop(wait).at(-1)).toBe("s6-svwait -D -t 30000 gateway-default gateway-work");
  });
});
