import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { PLATFORM } from "../../terraform";
import { VERSIONS } from "./behaviour";
import { SOURCE } from "./provider";

/** A shell script, because the file that Terraform starts has no extension, which Node needs. */
const launcher = (bundle: string, version: string) => `#!/bin/sh
unset NODE_OPTIONS
NODE_PATH=${quoted(NODE_MODULES)} exec ${quoted(process.execPath)} ${quoted(bundle)} ${version}
`;

const NODE_MODULES = join(__dirname, "../../../node_modules");

/** A filesystem mirror with all versions of the stand-in, from which Terraform installs it like any provider. */
export class StandInMirror {
  readonly #folder = mkdtempSync(join(tmpdir(), "stand-in-"));

  constructor() {
    const bundle = join(this.#folder, "provider.cjs");
    buildSync({
      entryPoints: [join(__dirname, "main.ts")],
      outfile: bundle,
      bundle: true,
      platform: "node",
      target: "node20",
      // It has native parts and reads files, so it can't be bundled.
      external: ["dockerode"],
      // An import would not look in NODE_PATH, in which the launcher names the client's folder.
      supported: { "dynamic-import": false },
      logLevel: "silent",
    });
    const packages = join(this.#folder, "mirror");
    for (const version of VERSIONS) {
      const folder = join(packages, SOURCE, version, PLATFORM);
      mkdirSync(folder, { recursive: true });
      const program = join(folder, `terraform-provider-docker_v${version}`);
      writeFileSync(program, launcher(bundle, version), { mode: 0o755 });
    }
    const path = JSON.stringify(packages);
    const [include, exclude] = [
      `include = [${JSON.stringify(SOURCE)}]`,
      `exclude = [${JSON.stringify(SOURCE)}]`,
    ];
    writeFileSync(
      this.configuration,
      `provider_installation {\n  filesystem_mirror {\n    path = ${path}\n    ${include}\n  }\n` +
        `  direct {\n    ${exclude}\n  }\n}\n`,
    );
  }

  /** Terraform's CLI configuration, for `TF_CLI_CONFIG_FILE`. */
  get configuration(): string {
    return join(this.#folder, "terraformrc");
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
