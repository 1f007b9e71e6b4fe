import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
const PIP_OPTIONS = ["index-url", "extra-index-url", "trusted-host", "default-timeout"];

/**
 * Files with which an image reaches the package registries in the same way as this machine. Without them, a private
 * certificate authority or a mirror of this machine would make every build fail.
 */
export function hostConfiguration(): { readonly [path: string]: string } {
  const pip = pipOptions(output("pip3", ["config", "list"]));
  const { "index-url": index, "extra-index-url": extraIndex } = pip;
  const npmRegistry = output("npm", ["config", "get", "registry"]).trim();
  return {
    ...(existsSync(CERTIFICATES) && { [CERTIFICATES]: readFileSync(CERTIFICATES, "utf8") }),
    "/etc/pip.conf": lines(
      "[global]",
      `cert = ${CERTIFICATES}`,
      ...Object.entries(pip).map(([option, value]) => `${option} = ${value}`),
    ),
    "/etc/uv/uv.toml": lines(
      "system-certs = true",
      ...(index ? [`index-url = "${index}"`] : []),
      ...(extraIndex ? [`extra-index-url = ["${extraIndex}"]`] : []),
    ),
    "/usr/local/etc/npmrc": lines(
      `cafile=${CERTIFICATES}`,
      ...(npmRegistry ? [`registry=${npmRegistry}`] : []),
    ),
  };
}

const lines = (...all: string[]): string => `${all.join("\n")}\n`;

/**
 * `pip config list` prints lines like `global.index-url='https://…'`, with the source of the highest priority last.
 */
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
