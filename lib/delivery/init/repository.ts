/** The files of a new repository. */

import template from "../../../scripts/new-repository/package.json";
import { packageVersion } from "../../caprover/package";
import { type NewAgent, newAgent } from "./agent";
import type { Answers } from "./answers";
import { environmentFile } from "./environment-file";
import { MAIN, stacksOf, TEST } from "./program";
import { readme } from "./readme";

export interface NewRepository {
  readonly answers: Answers;
  readonly agent: NewAgent;
  /** Lines of its `.gitignore`. */
  readonly ignored: string;
  readonly readme: string;
  /** The other files, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface RepositoryOptions {
  /** Name of the folder. */
  readonly folder: string;
  /** Path of a packed cdktf-hermes from the folder, with `/`. @default - from the registry */
  readonly tarball?: string | undefined;
}

export function newRepository(answers: Answers, { folder, tarball }: RepositoryOptions): NewRepository {
  const name = packageNameOf(folder);
  const agent = newAgent(answers);
  return {
    answers,
    agent,
    ignored: IGNORED,
    readme: readme(answers, agent, name),
    files: {
      "main.ts": MAIN,
      "stacks.ts": stacksOf(answers, agent),
      "stacks.test.ts": TEST,
      "cdktf.json": json({
        language: "typescript",
        app: "npx tsx main.ts",
        projectId: name,
        sendCrashReports: "false",
      }),
      "package.json": json(packageJson(name, tarball)),
      "tsconfig.json": json({ compilerOptions: COMPILER_OPTIONS, include: ["*.ts"] }),
      ".env.example": environmentFile(answers, agent),
    },
  };
}

/** Every dependency at the version that this package is tested with. */
function packageJson(name: string, tarball: string | undefined) {
  const own = tarball === undefined ? packageVersion() : `file:${tarball}`;
  const dependencies = Object.entries({ ...template.dependencies, "cdktf-hermes": own }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return { ...template, name, dependencies: Object.fromEntries(dependencies) };
}

const COMPILER_OPTIONS = {
  target: "es2022",
  module: "node16",
  moduleResolution: "node16",
  strict: true,
  isolatedModules: true,
  types: ["jest"],
  noEmit: true,
  skipLibCheck: true,
};

const IGNORED = `node_modules/
cdktf.out/
.terraform/
# Terraform keeps secrets in its state and in saved plans.
*.tfstate
*.tfstate.*
plan.out
plan.json
# The values of variables.
*.tfvars
*.tfvars.json
.env
.env.*
!.env.example
`;

/** A package name that npm takes: the folder's name, as far as npm allows it. */
export function packageNameOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "")
    .replace(/[._-]+$/, "")
    .slice(0, LONGEST_NAME);
  if (name === "") return template.name;
  const taken = { ...template.dependencies, ...template.devDependencies, "cdktf-hermes": "" };
  return Object.hasOwn(taken, name) || RESERVED_NAMES.includes(name) ? `${name}-repository` : name;
}

/** npm allows 214 characters. */
const LONGEST_NAME = 200;

/** npm takes them for no package. */
const RESERVED_NAMES = ["node_modules", "favicon.ico"];

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
