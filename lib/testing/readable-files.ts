/** What lies in an agent's container, as a reviewer reads it: the package's own program in one line, what was given as it is. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { partsOfBootScript } from "../boot/boot-script";
import { DECLARATION_PATH } from "../boot/declaration";
import { MANAGED_CONFIG_FILE, MANAGED_ENV_FILE } from "../hermes/container-contract";
import { DOCKERFILE } from "../hermes/wrapper-dockerfile";
import { shortHash } from "../operations/manifest";
import type { Document } from "../support/json-document";
import type { WrittenFile } from "../targets/caprover/captain-definition";
import { readableDeclaration, readableText, summaryOf } from "./readable-declaration";

/**
 * The script that runs at boot. Its `program` is a hash of all that the package brings: an upgrade that changes it
 * restarts the agent.
 */
export function readableBoot(script: string): Document {
  const { own, files } = partsOfBootScript(script);
  const declaration = files.find(({ path }) => path === DECLARATION_PATH);
  const others = files.filter((file) => file !== declaration);
  return {
    program: `cdktf-hermes ${shortHash(own)}`,
    ...(others.length > 0 && {
      files: Object.fromEntries(others.map(({ path, content }) => [path, readableText(content)])),
    }),
    ...(declaration && { declared: readableDeclaration(declaration.content) }),
  };
}

/** A line of a Dockerfile, or a file that it writes. */
export function readableLine(line: string | WrittenFile): unknown {
  if (typeof line === "string") return line;
  const { path, mode, content } = line;
  const text = content.toString();
  if (path === DECLARATION_PATH) return { file: path, mode, declared: readableDeclaration(text) };
  if (TEXT_FILES.includes(path)) return { file: path, mode, content: readableText(text) };
  return { file: path, mode, content: summaryOf(content) };
}

const TEXT_FILES: readonly string[] = [MANAGED_CONFIG_FILE, MANAGED_ENV_FILE];

/** A build context: the lines of its Dockerfile, and each other file in one line. */
export function readableContext(folder: string): Document {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => {
        const content = readFileSync(join(folder, name));
        return [name, name === DOCKERFILE ? content.toString() : summaryOf(content)];
      }),
  );
}
