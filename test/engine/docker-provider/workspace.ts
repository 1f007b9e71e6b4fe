import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Reattached, serveInProcess } from "../../../lib/terraform-plugin";
import { said, terraformProgram } from "../../terraform";
import { Engine } from "../engine";
import { standIn } from "../images";
import { type Finished, run } from "../run";
import { installable } from "../terraform";
import { VERSIONS, type Version } from "./behaviour";
import { dockerProvider, SOURCE } from "./provider";

export const engine = new Engine();
/** An image with a shell and the usual tools. */
export const IMAGE = standIn("v2026.5.16");

/** `real` runs the tests with the provider that Terraform finds, to check that the stand-in behaves like it. */
export const PROVIDER = process.env["ENGINE_TEST_PROVIDER"] ?? "stand-in";

export type Json = Readonly<Record<string, unknown>>;
/** By type and name, as in Terraform's JSON. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Json>>>>;

export interface Change {
  readonly actions: readonly string[];
  /** Attributes that the plan changes, except for those that are known only after the apply. */
  readonly attributes: readonly string[];
}

/** Runs the tests with both versions of the provider. */
export function withProviders(tests: (workspace: () => Workspace, version: Version) => void): void {
  describe.each(VERSIONS)(`${PROVIDER} kreuzwerker/docker %s`, (version) => {
    let served: Reattached | undefined;
    let made: Workspace | undefined;
    beforeAll(async () => {
      const folder = newFolder();
      if (PROVIDER === "stand-in") {
        // In this process, so that not every Terraform command has to start it three times.
        const provider = dockerProvider(version, {
          host: engine.host,
          directory: folder,
          volumeRemovalSeconds: 2,
        });
        served = await serveInProcess({ [SOURCE]: provider });
      } else {
        expect(await installable("kreuzwerker/docker", version)).toEqual({ installed: true });
      }
      made = new Workspace(version, { ...engine.environment, ...served?.environment }, folder);
      await made.must("init");
    });
    afterEach(async () => {
      made?.forget();
      await engine.reset();
    });
    afterAll(async () => {
      made?.remove();
      await served?.close();
    });
    tests(() => {
      if (made === undefined) throw new Error("The workspace is there once a test runs.");
      return made;
    }, version);
  });
}

const newFolder = () => mkdtempSync(join(tmpdir(), "workspace-"));

/** A folder with a configuration, on which terraform runs. */
export class Workspace {
  constructor(
    readonly version: string,
    readonly env: NodeJS.ProcessEnv,
    readonly folder = newFolder(),
  ) {
    this.write({});
  }

  write(resource: Resources): void {
    const docker = { source: "kreuzwerker/docker", version: this.version };
    // Terraform does not accept an empty "resource".
    const resources = Object.keys(resource).length > 0 ? { resource } : {};
    const configuration = { terraform: { required_providers: { docker } }, ...resources };
    writeFileSync(join(this.folder, "main.tf.json"), JSON.stringify(configuration));
  }

  /** Applies, and fails when Terraform does. */
  async apply(resources: Resources): Promise<void> {
    this.write(resources);
    await this.must("apply", "-auto-approve");
  }

  /** The message with which an apply fails. */
  async applyError(resources: Resources): Promise<string> {
    this.write(resources);
    const { code, stdout, stderr } = await this.terraform("apply", "-auto-approve");
    expect(code).not.toBe(0);
    return said({ stdout, stderr });
  }

  /** What would change, by address. */
  async plan(resources: Resources): Promise<Readonly<Record<string, Change>>> {
    this.write(resources);
    await this.must("plan", "-out=plan");
    const { resource_changes = [] }: Plan = JSON.parse(await this.must("show", "-json", "plan"));
    const changed = resource_changes.filter(({ change }) => change.actions[0] !== "no-op");
    return Object.fromEntries(
      changed.map(({ address, change: { actions, before, after } }) => [
        address,
        { actions, attributes: before && after ? differing(before, after) : [] },
      ]),
    );
  }

  /** The state's attributes of a resource. */
  state(type: string, name: string): { readonly attributes: Json; readonly status?: string } | undefined {
    const file = join(this.folder, "terraform.tfstate");
    if (!existsSync(file)) return undefined;
    const { resources }: State = JSON.parse(readFileSync(file, "utf8"));
    return resources.find((one) => one.type === type && one.name === name)?.instances[0];
  }

  /** Runs terraform, which must succeed. */
  async must(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.terraform(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")}\n${said({ stdout, stderr })}`);
    return stdout;
  }

  terraform(...[command = "", ...args]: string[]): Promise<Finished> {
    const options = command === "show" ? [] : ["-input=false"];
    return run(terraformProgram(this.env), [command, "-no-color", ...options, ...args], {
      cwd: this.folder,
      env: { ...this.env, CHECKPOINT_DISABLE: "1" },
    });
  }

  /** Deletes the state, because the engine is emptied too. */
  forget(): void {
    for (const file of ["terraform.tfstate", "terraform.tfstate.backup", ".terraform.tfstate.lock.info"]) {
      rmSync(join(this.folder, file), { force: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

interface Plan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Json | null;
      readonly after: Json | null;
    };
  }[];
}
interface State {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Json; readonly status?: string }[];
  }[];
}

function differing(before: Json, after: Json): string[] {
  return Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
