/** A build context in a folder of the machine. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Construct } from "constructs";
import { CONTEXT_FOLDERS, CONTEXT_MARK, type ContextFile, isContextPath } from "../hermes/wrapper-context";
import { refuse, showValue } from "../support/errors";

/**
 * Writes the files into the folder. Files of an earlier call that are no longer among them are removed. Other files in
 * the folder stay.
 *
 * @throws HermesConfigError if a file that no earlier call wrote has a name of the context
 */
export function writeContextFolder(scope: Construct, directory: string, files: readonly ContextFile[]): void {
  const there = CONTEXT_FOLDERS.flatMap((folder) =>
    filesIn(join(directory, folder)).map((name) => join(folder, name)),
  );
  const earlier = there.includes(CONTEXT_MARK) ? there.filter(isContextPath) : [];
  const taken = files
    .map(({ path }) => path)
    .filter((path) => !earlier.includes(path) && existsSync(join(directory, path)));
  if (taken.length > 0) {
    const problem = `has ${taken.join(", ")}, which no earlier call wrote`;
    refuse(scope, [
      {
        prop: "writeContext",
        value: showValue(directory),
        problem,
        fix: "name a folder for the context alone",
      },
    ]);
  }
  for (const path of earlier) rmSync(join(directory, path));
  for (const { path, mode, content } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
}

/** Names of the files directly in the folder; none if there is no such folder. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
