import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { Command } from "commander";
import { readAnswers, WrongAnswer } from "../delivery/init/answers";
import { NotWritten, type Written, writeRepository } from "../delivery/init/folder";
import { type AnswerTexts, QUESTION_NAMES, QUESTIONS } from "../delivery/init/questions";
import { stepInShell, stepsOf } from "../delivery/init/readme";
import { type NewRepository, newRepository } from "../delivery/init/repository";
import { showValue } from "../support/errors";
import { shellWord } from "../support/shell";
import { canAsk } from "./ask-secret";
import { askAll } from "./init-questions";
import { UsageError } from "./usage-error";

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

type Options = Readonly<Record<string, string | boolean | undefined>>;

export const initCommand = () =>
  withQuestions(
    new Command("init")
      .description("writes a whole repository for an agent: program, test, settings, README")
      .argument("[dir]", "the folder; made if it does not exist", "."),
  )
    .option("--package <tarball>", "a packed cdktf-hermes, instead of the published one")
    .addHelpText(
      "after",
      `
Without an answer among the options it asks at a terminal, and takes the defaults
elsewhere. It needs no network and installs nothing. In a folder with files it
adds its own: lines to .gitignore, and docs/hermes.md beside a README. If another
of its files is there already, nothing is written.`,
    )
    .action(async (folder: string, options: Options) => {
      // Such as a variable of the shell that is not set: the current folder is not meant.
      if (folder === "") throw new UsageError("init: the name of the folder is empty");
      const given = answersIn(options);
      const texts = Object.keys(given).length > 0 || !canAsk(process.stdout) ? given : await askAll();
      if (texts === undefined) {
        process.stderr.write("cdktf-hermes: ended; nothing was written\n");
        process.exitCode = INTERRUPTED;
        return;
      }
      process.stdout.write(init(folder, texts, options["package"]));
    });

/** A flag for each question. */
function withQuestions(command: Command): Command {
  for (const name of QUESTION_NAMES) {
    const { argument, about, fallback, choices } = QUESTIONS[name];
    const known = (choices?.(readAnswers({}).release) ?? []).map(({ value }) => value).join(", ");
    if (argument === undefined) command.option(`--${name}`, about);
    else command.option(`--${name} ${argument}`, `${about}${known && `: ${known}`} (default: ${fallback})`);
  }
  return command;
}

function answersIn(options: Options): AnswerTexts {
  const given = QUESTION_NAMES.flatMap((name) => {
    const option = options[name];
    return option === undefined ? [] : [[name, option === true ? "yes" : String(option)]];
  });
  return Object.fromEntries(given);
}

/** @returns what to print */
function init(folder: string, texts: AnswerTexts, tarball: Options[string]): string {
  const path = resolve(folder);
  try {
    const repository = newRepository(readAnswers(texts), {
      folder: basename(path),
      ...(typeof tarball === "string" && { tarball: fromFolder(path, tarball) }),
    });
    return nextInWords(folder, repository, writeRepository(folder, repository));
  } catch (error) {
    if (error instanceof WrongAnswer || error instanceof NotWritten) throw new UsageError(error.message);
    throw error;
  }
}

function fromFolder(folder: string, tarball: string): string {
  if (!statSync(tarball, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(
      `--package: ${showValue(tarball)} is no file; \`npm pack\` in cdktf-hermes makes one`,
    );
  }
  return relative(withoutLinks(folder), realpathSync(tarball)).split(sep).join("/");
}

/** Where npm will be, whose paths have no link in them. The folder need not exist yet. */
function withoutLinks(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : join(withoutLinks(dirname(folder)), basename(folder));
}

function nextInWords(
  folder: string,
  { answers, agent }: NewRepository,
  { created, extended }: Written,
): string {
  const here = resolve(folder) === process.cwd();
  const steps = [...(here ? [] : [`cd ${shellWord(folder)}`]), ...stepsOf(answers, agent).map(stepInShell)];
  const replace = agent.toReplace.map((prop) => `  ${prop}\n`).join("");
  return [
    `Wrote ${created.join(", ")}${extended.map((path) => `, and lines into ${path}`).join("")}.\n`,
    ...(replace === "" ? [] : [`Replace in ${join(folder, "stacks.ts")}:\n\n${replace}`]),
    `Type next:\n\n${steps.map((step) => `  ${step}\n`).join("")}`,
  ].join("\n");
}
