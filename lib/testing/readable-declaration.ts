/** What is declared of an agent's data, as a reviewer reads it: texts as they are, files by their hashes, no secret. */
import type { DeclaredFile, DeclaredJob, ProfileDeclaration, Value } from "../boot/declaration";
import { declarationIn } from "../boot/merge";
import { shortHash } from "../operations/manifest";
import { isCertainCredentialName, isCredentialName } from "../support/credential-names";
import { credentialIn, isPublicValue } from "../support/credentials";
import type { Document } from "../support/json-document";
import { isRecord } from "../support/objects";

/** @param file as the container has it. Its hash changes with each byte, whatever the rest leaves out. */
export function readableDeclaration(file: string): Document {
  const { profiles, dropped, secretFiles } = declarationIn(file);
  return {
    hash: shortHash(file),
    ...present({
      profiles: mapped(profiles, readableProfile),
      variablesOfValues: dropped,
      secretFiles: mapped(secretFiles, fromOf),
    }),
  };
}

function readableProfile({ config, env, files, jobs, skills, ownGateway }: ProfileDeclaration): Document {
  const { "SOUL.md": soul, ...others } = files;
  return present({
    soul: soul && readableFile(soul),
    skills: mapped(skills, (file) => summaryOf(bytesOf(file), file.executable)),
    crons: Object.fromEntries(jobs.map((job) => [job.name, readableJob(job)])),
    config: Object.fromEntries(
      config.map(({ path, ...value }) => [
        path.join("."),
        known(value, (it) => readableSetting(it, path.at(-1))),
      ]),
    ),
    env: mapped(env, (value, name) => value && known(value, (text) => readableVariable(name, text))),
    files: mapped(others, readableFile),
    ownGateway: ownGateway || undefined,
  });
}

function readableJob({ prompt, schedule, deliver, skills, workdir }: DeclaredJob): Document {
  return {
    schedule: schedule.kind === "cron" ? schedule.expr : `every ${schedule.minutes} minutes`,
    prompt: known(prompt, readableText),
    deliver: known(deliver, readableText),
    ...present({ skills, workdir }),
  };
}

function readableFile(file: DeclaredFile): unknown {
  if ("base64" in file) return summaryOf(bytesOf(file), file.executable);
  const text = known(file, readableText);
  return file.executable ? { executable: true, text } : text;
}

function bytesOf(file: DeclaredFile): Buffer {
  if ("base64" in file) return Buffer.from(file.base64, "base64");
  return Buffer.from("value" in file ? file.value : fromOf(file));
}

/** A file whose text a reviewer finds elsewhere, in one line. */
export function summaryOf(content: Buffer, executable = false): string {
  return `${content.length} bytes, sha256 ${shortHash(content)}${executable ? ", executable" : ""}`;
}

function known<Known>(value: Value<Known>, show: (value: Known) => unknown): unknown {
  return "from" in value ? fromOf(value) : show(value.value);
}

function fromOf({ from }: { readonly from: string }): string {
  return `(the value of ${from})`;
}

function readableVariable(name: string, text: string): string {
  const isSecret = isCredentialName(name) && !isPublicValue(text);
  return isSecret ? NOT_SHOWN("a credential") : readableText(text);
}

/** @param name under which a text stands */
function readableSetting(value: unknown, name = ""): unknown {
  if (typeof value === "string") {
    const isSecret = isCertainCredentialName(name) && !isPublicValue(value) && !REFERENCE.test(value);
    return isSecret ? NOT_SHOWN("a credential") : readableText(value);
  }
  if (Array.isArray(value)) return value.map((item) => readableSetting(item, name));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [readableText(key), readableSetting(item, key)]),
  );
}

/** Hermes' own reference to a variable. */
const REFERENCE = /^\$+\{[^{}]*\}$/;

const NOT_SHOWN = (kind: string) => `(${kind}, not shown)`;

/** The text, with characters that nobody sees as their numbers. */
export function readableText(text: string): string {
  const kind = credentialIn(text);
  if (kind !== undefined) return NOT_SHOWN(kind);
  return text.replaceAll(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Control and format characters, such as those that turn the direction of a text, and lone halves of a character. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function mapped<Part, Shown>(
  parts: Readonly<Record<string, Part>>,
  show: (part: Part, name: string) => Shown,
): { readonly [name: string]: Shown } {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [readableText(name), show(part, name)]),
  );
}

/** Without the parts that are empty. */
function present(parts: Document): Document {
  return Object.fromEntries(
    Object.entries(parts).filter(
      ([, part]) => part !== undefined && !(isRecord(part) && Object.keys(part).length === 0),
    ),
  );
}
