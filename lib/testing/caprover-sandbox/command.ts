import { readFileSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "./engine/errors";
import type { Fault } from "./http/faults";
import { EFFECTS, readFault } from "./http/json-fault";
import { readImages } from "./json-images";
import { CapRoverSandbox, type CapRoverSandboxProps } from "./sandbox";

type Option = NonNullable<ParseArgsConfig["options"]>[string] & {
  /** What it takes, as the help shows it. */
  readonly takes?: string;
  readonly help: string;
};

/** In the order of the help. */
const OPTIONS = {
  port: { type: "string", takes: "<n>", default: "0", help: "port on 127.0.0.1 (default: a free one)" },
  password: {
    type: "string",
    takes: "<text>",
    help: "password of the dashboard, 1 to 29 characters (default: captain42)",
  },
  "root-domain": {
    type: "string",
    takes: "<domain>",
    help: "root domain of the apps (default: apps.localhost)",
  },
  "root-ssl": {
    type: "boolean",
    help: "the root domain has a certificate, so that apps can get one and force https",
  },
  version: { type: "string", takes: "<version>", help: "CapRover's version (default: 1.15.3)" },
  speed: {
    type: "string",
    takes: "<factor>",
    default: "1",
    help: "simulated seconds in one real second (default: 1)",
  },
  images: {
    type: "string",
    takes: "<file>",
    help: 'JSON object of further images that can be pulled, by reference, such as {"app:1": {"stopSeconds": 3, "ports": {"80": {"/health": "ok"}}}}; {"agent:1": {"hermes": "v2026.7.30"}} is a wrapper of Hermes Agent',
  },
  fault: {
    type: "string",
    takes: "<json>",
    multiple: true,
    help: `lets a request fail, such as '{"effect": "500", "method": "PATCH"}'; effects: ${EFFECTS.join(", ")}`,
  },
  "host-directory": {
    type: "string",
    takes: "<path>",
    multiple: true,
    help: "directory that exists on the node",
  },
  workers: { type: "string", takes: "<ids>", help: "ids of more nodes, separated by commas" },
  "foreign-domain": {
    type: "string",
    takes: "<domain>",
    multiple: true,
    help: "domain that does not point to this server, so that it is refused",
  },
  help: { type: "boolean", short: "h", help: "shows this text" },
} as const satisfies Readonly<Record<string, Option>>;

const HELP_COLUMN = 28;
const LINE_LENGTH = 80;

function helpOf([name, { takes, multiple, help }]: [string, Option]): string {
  const option = `  --${name}${takes === undefined ? "" : ` ${takes}`}`.padEnd(HELP_COLUMN);
  const lines: string[] = [];
  for (const word of `${help}${multiple ? "; repeatable" : ""}`.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && HELP_COLUMN + longer.length <= LINE_LENGTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return `${option}${lines.join(`\n${" ".repeat(HELP_COLUMN)}`)}\n`;
}

export const SANDBOX_USAGE = `Usage: cdktf-hermes caprover-sandbox [options]

Runs a simulated CapRover server on this machine, to try things out and to test.
It deploys nothing real. It prints the environment of a client and runs until
Ctrl-C. What it does not model it says on stderr. It knows by itself the images
nousresearch/hermes-agent of every release and caprover/nginx-reverse-proxy.

${Object.entries<Option>(OPTIONS).map(helpOf).join("")}
While it runs, its address shows its apps. POST of a fault to /sandbox/faults
adds it, DELETE drops all.
`;

const INTERRUPTED = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs the sandbox as a command: prints the environment of a client, and ends at SIGINT or SIGTERM.
 * @throws Error for an option that can't be used
 */
export async function runSandboxCommand(
  args: readonly string[],
  print: (text: string) => void = (text) => process.stdout.write(text),
  warn: (text: string) => void = (text) => process.stderr.write(text),
): Promise<void> {
  const parsed = parseSandboxArguments(args);
  if (parsed === "help") {
    print(SANDBOX_USAGE);
    return;
  }
  const { faults, ...props } = parsed;
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
export function parseSandboxArguments(args: readonly string[]): SandboxArguments | "help" {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help === true) return "help";
  const { password, version, images, workers } = values;
  const rootDomain = values["root-domain"];
  const {
    "foreign-domain": foreignDomains = [],
    "host-directory": hostDirectories = [],
    fault = [],
  } = values;
  for (const domain of foreignDomains) check("--foreign-domain", domain, DOMAIN, "a host name");
  if (rootDomain) check("--root-domain", rootDomain, DOMAIN, "a host name");
  for (const path of hostDirectories) check("--host-directory", path, /^\//, "an absolute path");
  if (version !== undefined) check("--version", version, /^\d+\.\d+\.\d+$/, "a version such as 1.15.3");
  if (password !== undefined && !/^.{1,29}$/.test(password)) {
    throw new Error("--password must have 1 to 29 characters, because CapRover accepts no other");
  }
  const port = readNumber("--port", values.port);
  if (!(Number.isInteger(port) && port <= 65_535)) {
    throw new Error(`--port must be a whole number from 0 to 65535; got "${values.port}"`);
  }
  const speed = readNumber("--speed", values.speed);
  if (speed === 0) throw new Error('--speed must be a number above 0; got "0"');
  return {
    port,
    speed,
    rootSsl: values["root-ssl"] ?? false,
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
