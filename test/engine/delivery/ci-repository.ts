/** A repository with an agent's program, whose rendered workflows run on this machine. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNATTENDED } from "../../terraform";
import type { Engine } from "../engine";
import { CLI, installPackage } from "../installed-package";
import { type Finished, must, run } from "../run";
import { Builder } from "./builder";
import type { Asked } from "./program/asked";

/** GitHub's settings of a repository. An empty secret is one that is not set. */
export interface Settings {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

const ACTIONS = join(__dirname, "actions");

/** What stands for the actions that need GitHub. */
const STAND_INS: Readonly<Record<string, string>> = {
  "docker/login-action": "login",
  "docker/build-push-action": "build",
};

/** Programs that write down their arguments. What `npm ci` installs is linked: the package is in no registry yet. */
const PROGRAMS = {
  npm: 'case "$1" in ci) exec ln -s "$MODULES" node_modules ;; esac',
  npx: "",
  docker: "",
  terraform: "",
};

export class CiRepository {
  /** Holds the repository and what is beside it. */
  readonly folder = mkdtempSync(join(tmpdir(), "ci-"));
  readonly #environment: NodeJS.ProcessEnv;
  #builder: Builder | undefined;

  constructor(engine: Engine, environment: NodeJS.ProcessEnv) {
    for (const name of ["repository", "programs", "docker", "home", "installed", "builder"])
      mkdirSync(this.#path(name));
    cpSync(join(__dirname, "program"), this.#path("repository"), { recursive: true });
    const files = {
      "cdktf.json": JSON.stringify({
        language: "typescript",
        app: "npx tsx main.ts",
        projectId: "ci",
        sendCrashReports: "false",
      }),
      "package.json": JSON.stringify({ name: "ci", private: true }),
      ".gitignore": "node_modules\ncdktf.out\ntool\n",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(this.#path("repository", name), text);
    this.#install();
    for (const [name, before] of Object.entries(PROGRAMS)) {
      const text = `#!/bin/sh\necho "${name} $*" >> "$ASKED"\n${before}\nPATH=$OTHER_PATH exec ${name} "$@"\n`;
      writeFileSync(this.#path("programs", name), text, { mode: 0o755 });
    }
    this.#environment = {
      ...engine.environment,
      ...environment,
      ...UNATTENDED,
      DISABLE_VERSION_CHECK: "1",
      HOME: this.#path("home"),
      XDG_CACHE_HOME: this.#path("home", "cache"),
      DOCKER_CONFIG: this.#path("docker"),
      MODULES: this.#path("installed", "node_modules"),
      ASKED: this.#path("asked"),
      OTHER_PATH: process.env["PATH"],
      PATH: `${this.#path("programs")}:${process.env["PATH"]}`,
    };
  }

  /** @throws Error that says which program is missing */
  async prepare(): Promise<void> {
    const plugin = (process.env["PATH"] ?? "")
      .split(":")
      .map((folder) => join(folder, "docker-buildx"))
      .find((path) => existsSync(path));
    if (plugin !== undefined) {
      mkdirSync(this.#path("docker", "cli-plugins"));
      symlinkSync(plugin, this.#path("docker", "cli-plugins", "docker-buildx"));
    }
    for (const command of ["docker buildx version", "act --version", "jq --version"]) {
      const { code } = await this.#run("sh", "-c", command);
      if (code !== 0)
        throw new Error(
          `\`${command}\` fails: PATH="$(bash .ci/tools):$PATH" has what npm and Debian have not`,
        );
    }
    this.#builder = await Builder.start(this.#path("builder"));
    const { address } = this.#builder;
    await this.#must("docker", "buildx", "create", "--use", "--name", "ci", "--driver", "remote", address);
    await this.#must("git", "init", "--quiet", "--initial-branch", "main");
  }

  /** Changes the program, renders the workflows and commits. Returns the commit. */
  async commit(asked: Asked): Promise<string> {
    writeFileSync(this.#path("repository", "asked.json"), JSON.stringify(asked));
    symlinkSync(this.#path("installed", "node_modules"), this.#path("repository", "node_modules"));
    await this.#must("npx", "cdktf", "synth");
    await this.#must("npx", "cdktf-hermes", "workflow");
    rmSync(this.#path("repository", "node_modules"));
    await this.#commit();
    return this.#must("git", "rev-parse", "HEAD");
  }

  async #commit(): Promise<void> {
    await this.#must("git", "add", "--all");
    const author = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"];
    await this.#must("git", ...author, "commit", "--quiet", "--allow-empty", "--message", "change");
  }

  /** The image as the program names it, after a commit. */
  image(): string {
    const document = JSON.parse(
      readFileSync(this.#path("repository", "cdktf.out/stacks/agent/cdk.tf.json"), "utf8"),
    );
    const [image] = Object.values<{ readonly repository: string; readonly tag: string }>(
      document["//"].metadata["cdktf-hermes"].images,
    );
    if (image === undefined) throw new Error("The program has no image.");
    return `${image.repository}:${image.tag}`;
  }

  /**
   * Runs a workflow as GitHub does, with its jobs, conditions, expressions, outputs and secrets. act knows no queue of a
   * concurrency group, so that line is left out.
   *
   * @param inputs those of a run by hand
   */
  async runWorkflow(
    event: "push" | "pull_request" | "workflow_dispatch",
    name: string,
    { variables, secrets }: Settings,
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    rmSync(this.#path("asked"), { force: true });
    const text = readFileSync(this.#path("repository", ".github/workflows", name), "utf8");
    writeFileSync(this.#path("workflow.yml"), text.replaceAll(/^ *queue: max\n/gm, ""));
    for (const [file, values] of Object.entries({ variables, secrets }))
      writeFileSync(
        this.#path(file),
        Object.entries(values)
          .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
          .join(""),
      );
    const actions = [...text.matchAll(/uses: ((\S+)@\S+)/g)].flatMap(([, pinned, action = ""]) => [
      "--local-repository",
      `${pinned}=${join(ACTIONS, STAND_INS[action] ?? "nothing")}`,
    ]);
    const finished = await this.#run(
      "act",
      event,
      ...Object.entries(inputs).flatMap(([key, value]) => ["--input", `${key}=${value}`]),
      ...["--workflows", this.#path("workflow.yml"), "--var-file", this.#path("variables")],
      ...["--secret-file", this.#path("secrets"), "--env-file", "/dev/null", "--rm"],
      // What hides a secret in a log must not be what keeps it out of it.
      "--insecure-secrets",
      ...["ubuntu-24.04", "ubuntu-24.04-arm"].flatMap((label) => ["--platform", `${label}=-self-hosted`]),
      ...actions,
    );
    const asked = existsSync(this.#path("asked")) ? readFileSync(this.#path("asked"), "utf8") : "";
    return new Run(finished, asked);
  }

  /** Changes a file and commits, as a person would do. */
  async edit(name: string, change: (text: string) => string): Promise<void> {
    const path = this.#path("repository", name);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    await this.#commit();
  }

  /** Pushes an image with nothing but a label. */
  async pushLabelled(name: string, label: string): Promise<void> {
    const context = this.#path("labelled");
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    await this.#must("docker", "buildx", "build", "--push", "--label", label, "--tag", name, context);
  }

  /** The texts of all files in git. */
  committed(): readonly string[] {
    const listed = execFileSync("git", ["ls-files"], { cwd: this.#path("repository"), encoding: "utf8" });
    return listed
      .trim()
      .split("\n")
      .map((name) => readFileSync(this.#path("repository", name), "utf8"));
  }

  /** Runs docker with the accounts of the CI. */
  docker(...args: readonly string[]): Promise<Finished> {
    return this.#run("docker", ...args);
  }

  async remove(): Promise<void> {
    await this.#builder?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As npm does, with the package's command among those of its neighbours. */
  #install(): void {
    installPackage(this.#path("installed"));
    const commands = this.#path("installed", "node_modules", ".bin");
    const others = readdirSync(commands);
    const from = join(__dirname, "../../../node_modules/.bin");
    rmSync(commands);
    mkdirSync(commands);
    for (const name of others) symlinkSync(join(from, name), join(commands, name));
    symlinkSync(CLI, join(commands, "cdktf-hermes"));
  }

  #path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  #run(command: string, ...args: readonly string[]): Promise<Finished> {
    return run(command, args, { cwd: this.#path("repository"), env: this.#environment });
  }

  #must(command: string, ...args: readonly string[]): Promise<string> {
    return must(command, args, { cwd: this.#path("repository"), env: this.#environment });
  }
}

/** What a workflow did. */
export class Run {
  readonly output: string;
  readonly succeeded: boolean;

  /** @param asked the commands of the programs that steps start, with their arguments */
  constructor(
    { code, stdout, stderr }: Finished,
    readonly asked: string,
  ) {
    this.output = stdout + stderr;
    this.succeeded = code === 0;
  }

  /** The end of the log if the workflow failed; empty otherwise. */
  get failure(): string {
    return this.succeeded ? "" : this.output.slice(-6000);
  }

  /** The jobs that ran, in order. */
  get jobs(): readonly string[] {
    return [...this.output.matchAll(/^\[[^\]]*\/([^\]]*?)\s*\] 🏁/gm)].map(([, job = ""]) => job);
  }

  /** The steps that ran, in order, each with its end. */
  get steps(): readonly string[] {
    const ends = this.output.matchAll(
      /^\[[^\]]*\] *(✅|❌) +\S+ - Main ([^@\n]*?)(?:@\w+)?(?: \[[^\]]*\])?$/gm,
    );
    return [...ends].map(([, mark, step]) => `${mark} ${step}`);
  }

  /** What the jobs wrote for their summaries. */
  get summary(): string {
    const blocks = this.output.matchAll(/⚙ {2}Summary - ([\s\S]*?)(?=\n\[)/g);
    return [...blocks].map(([, text = ""]) => text).join("\n");
  }
}
