/** The linters of workflows, each called once for any number of files. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";

/** A file and what a linter says of it. */
export interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
}

/** The one finding that is allowed: actionlint does not know the queue of a concurrency group yet. */
export const ALLOWED = /^unexpected key "queue" for "concurrency" section/;

/** actionlint, with shellcheck for the commands of steps. */
export function actionlint(files: readonly string[]): readonly Finding[] {
  const format = "{{json .}}";
  const { stdout } = run("actionlint", ["-shellcheck", "shellcheck", "-format", format, ...files], [0, 1]);
  const found: readonly { readonly filepath: string; readonly kind: string; readonly message: string }[] =
    JSON.parse(stdout);
  return found.map(({ filepath, kind, message }) => ({ file: filepath, rule: kind, message }));
}

/** zizmor looks at workflows and at the settings of Dependabot. It asks nobody. */
export function zizmor(files: readonly string[]): readonly Finding[] {
  // 11 to 14 say how grave the gravest finding is.
  const args = [
    "--offline",
    "--quiet",
    "--no-exit-codes",
    "--persona",
    "auditor",
    "--format",
    "json",
    ...files,
  ];
  const found: readonly ZizmorFinding[] = JSON.parse(run("zizmor", args, [0]).stdout);
  return found.map(({ ident, desc, locations }) => ({
    file: locations[0]?.symbolic.key.Local.verbatim_path ?? "",
    rule: ident,
    message: desc,
  }));
}

interface ZizmorFinding {
  readonly ident: string;
  readonly desc: string;
  readonly locations: readonly {
    readonly symbolic: { readonly key: { readonly Local: { readonly verbatim_path: string } } };
  }[];
}

/** Shellcheck is asked for its version first: actionlint goes on without it. */
export function missingLinters(): readonly string[] {
  return ["actionlint", "shellcheck", "zizmor"].filter(
    (program) => spawnSync(program, ["--version"]).error !== undefined,
  );
}

function run(program: string, args: readonly string[], codes: readonly number[]): SpawnSyncReturns<string> {
  const ended = spawnSync(program, args, { encoding: "utf8", maxBuffer: 256 * 2 ** 20 });
  if (ended.error !== undefined) throw ended.error;
  if (ended.status === null || !codes.includes(ended.status))
    throw new Error(`${program} ended with ${ended.status}:\n${ended.stderr}`);
  return ended;
}
