import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { terraformProgram } from "../terraform";
import { DIRECTORY_VARIABLE, type EnginePaths } from "./paths";
import { run } from "./run";

const FREE_GIB = 12;
const TERRAFORM = { major: 1, minor: 11 };
const LONGEST_ROOT = 70;

/** What the engine's tests need on the machine, each with its Debian package. */
const PROGRAMS = {
  dockerd: "docker.io",
  containerd: "containerd",
  "docker-init": "docker.io",
  docker: "docker.io or docker-cli",
  "docker-registry": "docker-registry",
  debootstrap: "debootstrap",
  iptables: "iptables",
  ip: "iproute2",
  nsenter: "util-linux",
  unshare: "util-linux",
  tar: "tar",
  "mkfs.ext4": "e2fsprogs",
} as const;

/** One line that says what is missing and what to do, or undefined when the tests can run. */
export async function missing(
  paths: EnginePaths,
  env: NodeJS.ProcessEnv = process.env,
  arch: string = process.arch,
  uid: number | undefined = process.getuid?.(),
): Promise<string | undefined> {
  if (process.platform !== "linux") return `Docker engine: needs Linux, this is ${process.platform}.`;
  if (arch !== "x64" && arch !== "arm64") {
    return `Processor ${arch}: Hermes Agent's image is made for x64 (amd64) and arm64 only; use such a machine.`;
  }
  if (uid !== 0) return `User ${uid}: starting a Docker engine needs root; run the tests with sudo -E.`;
  for (const [program, packageName] of Object.entries(PROGRAMS)) {
    if (!onPath(program, env))
      return `${program} is not on PATH: install it (apt-get install ${packageName}).`;
  }
  if (paths.root.length > LONGEST_ROOT) {
    return (
      `The engine's directory ${paths.root} has ${paths.root.length} characters, ${LONGEST_ROOT} at most fit ` +
      `into the address of a socket: set ${DIRECTORY_VARIABLE} to a shorter one.`
    );
  }
  return (await terraformTrouble(env)) ?? diskTrouble(paths.root);
}

function onPath(program: string, env: NodeJS.ProcessEnv): boolean {
  return (env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

async function terraformTrouble(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const wanted = `${TERRAFORM.major}.${TERRAFORM.minor}`;
  const program = terraformProgram(env);
  const advice = `install Terraform ${wanted} or later (developer.hashicorp.com/terraform/install)`;
  if (!onPath(program, env)) return `${program} is not on PATH: ${advice}.`;
  const { stdout } = await run(program, ["version"], { env: { ...env, CHECKPOINT_DISABLE: "1" } });
  const version = /^\w+ v(\d+)\.(\d+)\S*/m.exec(stdout);
  if (!version) return `"${program} version" printed no version: ${advice}.`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > TERRAFORM.major || (major === TERRAFORM.major && minor >= TERRAFORM.minor)) return undefined;
  return `${version[0]} is too old: ${advice}.`;
}

function diskTrouble(root: string): string | undefined {
  mkdirSync(root, { recursive: true });
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= FREE_GIB) return undefined;
  return (
    `${root} has ${free.toFixed(1)} GiB free, ${FREE_GIB} are needed for the images: ` +
    `make room, or set ${DIRECTORY_VARIABLE} to a directory on another disk.`
  );
}
