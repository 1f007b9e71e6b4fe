/** A workspace in a folder of its own, with programs that answer as a test says. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lockInStack, writePluginFolder } from "../../../lib/caprover/plugin-folder";
import type { Workspace } from "../../../lib/operations/doctor/check";
import { type CheckId, type Examined, examine } from "../../../lib/operations/doctor/examine";
import type { Manifest } from "../../../lib/operations/manifest";
import { ON_CAPROVER } from "../manifests";

const folders: string[] = [];
export function forgetFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export const PLATFORM = "linux_amd64";
const CAPROVER = "terraform.local/cdktf-hermes/caprover";

/** Shell scripts by the names of the programs. */
export type Programs = Readonly<Record<string, string>>;

const GOOD_PROGRAMS: Programs = {
  node: "echo v22.1.0",
  terraform: `echo '{"terraform_version": "1.11.4"}'`,
  docker: 'case "$*" in *version*) echo 27.0.1;; *image*) echo sha256:1;; *) exit 0;; esac',
};

export interface Given {
  /** Undefined takes the program away. */
  readonly programs?: Readonly<Record<string, string | undefined>>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Files by their paths in the project's folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly terraform?: object;
  readonly variables?: object;
  readonly providers?: object;
  readonly resources?: object;
  readonly agents?: readonly Manifest[];
  readonly platform?: string;
  /** The stack is for CapRover, and its folder has the provider. */
  readonly caprover?: boolean;
}

export class DoctorScene {
  readonly project = mkdtempSync(join(tmpdir(), "cdktf-hermes-doctor-"));
  readonly stack = join(this.project, "cdktf.out", "stacks", "agent");
  readonly workspace: Workspace;

  constructor(given: Given = {}) {
    folders.push(this.project);
    mkdirSync(this.stack, { recursive: true });
    const bin = join(this.project, "bin");
    mkdirSync(bin);
    for (const [name, script] of Object.entries({ ...GOOD_PROGRAMS, ...given.programs })) {
      if (script === undefined) continue;
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    for (const [path, text] of Object.entries(given.files ?? {})) this.write(path, text);
    if (given.caprover) {
      writePluginFolder(this.stack, [PLATFORM]);
      lockInStack(this.stack, []);
    }
    const required = { ...(given.caprover && { caprover: { source: CAPROVER } }) };
    this.workspace = {
      project: this.project,
      home: join(this.project, "home"),
      platform: given.platform ?? PLATFORM,
      environment: {
        PATH: bin,
        ...(given.caprover && { CAPROVER_URL: "https://captain.example.com", CAPROVER_PASSWORD: "x" }),
        ...given.environment,
      },
      stacks: [
        {
          name: "agent",
          folder: this.stack,
          dependsOn: [],
          document: {
            terraform: { required_providers: required, ...given.terraform },
            variable: given.variables ?? {},
            provider: given.providers ?? (given.caprover ? { caprover: [{}] } : {}),
            resource: given.resources ?? {},
          },
          metadata: {},
          warnings: [],
          agents: given.agents ?? [{ ...ON_CAPROVER, secrets: [] }],
        },
      ],
    };
  }

  write(path: string, text: string): this {
    const file = join(this.project, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return this;
  }

  /** What one check found. */
  async found(check: CheckId): Promise<readonly Examined[]> {
    return (await examine(this.workspace)).filter((row) => row.check === check);
  }
}
