import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What this machine uses to reach the package registries. Containers need the same: a private certificate
 * authority or a mirror of this machine would otherwise stop every build in them.
 */
export interface HostConfiguration {
  /** The certificates that this machine trusts, or undefined where Debian's own will do. */
  readonly certificates: string | undefined;
  readonly pip: { readonly [option: string]: string };
  readonly npmRegistry: string | undefined;
}

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
const PIP_OPTIONS = ["index-url", "extra-index-url", "trusted-host", "default-timeout"];

export function hostConfiguration(): HostConfiguration {
  return {
    certificates: existsSync(CERTIFICATES) ? readFileSync(CERTIFICATES, "utf8") : undefined,
    pip: pipOptions(output("pip3", ["config", "list"])),
    npmRegistry: output("npm", ["config", "get", "registry"]).trim() || undefined,
  };
}

/** Writes the configuration into the file tree of an image. */
export function writeHostConfiguration(host: HostConfiguration, tree: string): void {
  const write = (path: string, lines: readonly string[]) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), `${lines.join("\n")}\n`);
  };
  if (host.certificates) write(CERTIFICATES, [host.certificates.trimEnd()]);
  write("/etc/pip.conf", [
    "[global]",
    `cert = ${CERTIFICATES}`,
    ...Object.entries(host.pip).map(([option, value]) => `${option} = ${value}`),
  ]);
  const { "index-url": index, "extra-index-url": extraIndex } = host.pip;
  write("/etc/uv/uv.toml", [
    "system-certs = true",
    ...(index ? [`index-url = "${index}"`] : []),
    ...(extraIndex ? [`extra-index-url = ["${extraIndex}"]`] : []),
  ]);
  write("/usr/local/etc/npmrc", [
    `cafile=${CERTIFICATES}`,
    ...(host.npmRegistry ? [`registry=${host.npmRegistry}`] : []),
  ]);
}

/** `pip config list` prints lines like `global.index-url='https://…'`, the strongest source last. */
function pipOptions(listing: string): { [option: string]: string } {
  const options: { [option: string]: string } = {};
  for (const line of listing.split("\n")) {
    const [, option, value] = /^[^=]*?\.([a-z-]+)='(.*)'$/.exec(line) ?? [];
    if (option && value && PIP_OPTIONS.includes(option)) options[option] = value;
  }
  return options;
}

function output(command: string, args: string[]): string {
  const { status, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout : "";
}
