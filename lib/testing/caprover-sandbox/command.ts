import { readFileSync } from "node:fs";
import { messageOf } from "./engine/errors";
import type { Fault } from "./http/faults";
import { readFault } from "./http/json-fault";
import { readImages } from "./json-images";
import { CapRoverSandbox, type CapRoverSandboxProps } from "./sandbox";

/** The options of the command, as they were typed. */
export interface SandboxOptions {
  readonly port?: string;
  readonly speed?: string;
  readonly fault?: readonly string[];
  readonly hostDirectory?: readonly string[];
  readonly foreignDomain?: readonly string[];
  readonly password?: string;
  readonly rootDomain?: string;
  readonly rootSsl?: boolean;
  readonly version?: string;
  readonly images?: string;
  readonly workers?: string;
}

const INTERRUPTED = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs the sandbox as a command: prints the environment of a client, and ends at SIGINT or SIGTERM.
 * @throws Error for an option that can't be used
 */
export async function runSandboxCommand(
  options: SandboxOptions,
  print: (text: string) => void = (text) => process.stdout.write(text),
  warn: (text: string) => void = (text) => process.stderr.write(text),
): Promise<void> {
  const { faults, ...props } = readSandboxOptions(options);
  const sandbox = await CapRoverSandbox.start({ ...props, onUnmodelled: (line) => warn(`${line}\n`) }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === "EADDRINUSE"
        ? new Error(`--port ${props.port} is in use on this machine; leave it out for a free one`)
        : error;
    },
  );
  for (const fault of faults) sandbox.faults.inject(fault);
  for (const [name, value] of Object.entries(sandbox.environment)) print(`${name}=${value}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of INTERRUPTED) process.once(signal, () => resolve());
  });
  await sandbox.stop();
}

export interface SandboxArguments extends CapRoverSandboxProps {
  readonly faults: readonly Fault[];
}

/** @throws Error for an option that can't be used */
export function readSandboxOptions(options: SandboxOptions): SandboxArguments {
  const { password, version, images, workers, rootDomain } = options;
  const { fault = [], hostDirectory: hostDirectories = [], foreignDomain: foreignDomains = [] } = options;
  for (const domain of foreignDomains) check("--foreign-domain", domain, DOMAIN, "a host name");
  if (rootDomain) check("--root-domain", rootDomain, DOMAIN, "a host name");
  for (const path of hostDirectories) check("--host-directory", path, /^\//, "an absolute path");
  if (version !== undefined) check("--version", version, /^\d+\.\d+\.\d+$/, "a version such as 1.15.3");
  if (password !== undefined && !/^.{1,29}$/.test(password)) {
    throw new Error("--password must have 1 to 29 characters, because CapRover accepts no other");
  }
  const port = readNumber("--port", options.port ?? "0");
  if (!(Number.isInteger(port) && port <= 65_535)) {
    throw new Error(`--port must be a whole number from 0 to 65535; got "${options.port}"`);
  }
  const speed = readNumber("--speed", options.speed ?? "1");
  if (speed === 0) throw new Error('--speed must be a number above 0; got "0"');
  return {
    port,
    speed,
    rootSsl: options.rootSsl ?? false,
    hostDirectories,
    foreignDomains,
    faults: fault.map((text) => readFault("--fault", text)),
    ...(password === undefined ? {} : { password }),
    ...(rootDomain === undefined ? {} : { rootDomain }),
    ...(version === undefined ? {} : { version }),
    ...(images === undefined ? {} : { images: readImages(`--images ${images}`, textOf(images)) }),
    ...(workers === undefined ? {} : { workers: readIds("--workers", workers) }),
  };
}

const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

function check(option: string, value: string, pattern: RegExp, allowed: string): void {
  if (!pattern.test(value)) throw new Error(`${option} must be ${allowed}; got "${value}"`);
}

function readNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new Error(`${option} must be a number, 0 or more; got "${text}"`);
  }
  return value;
}

function readIds(option: string, text: string): readonly string[] {
  const ids = text.split(",").map((id) => id.trim());
  if (ids.includes("")) throw new Error(`${option} must be ids separated by commas; got "${text}"`);
  return ids;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`--images ${file} can't be read: ${messageOf(error)}`);
  }
}
