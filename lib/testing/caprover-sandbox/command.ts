import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf } from "./engine/errors";
import type { ImageCatalogue, SimulatedImage } from "./engine/image";
import { isJsonObject, type Json, type JsonObject } from "./engine/json";
import { CapRoverSandbox, type CapRoverSandboxProps } from "./sandbox";

export const SANDBOX_USAGE = `Usage: cdktf-hermes caprover-sandbox [options]

Runs a simulated CapRover server on this machine, to try things out and to test.
It deploys nothing real. It prints the environment of a client and runs until
Ctrl-C. What it does not model it says on stderr.

  --port <n>                port on 127.0.0.1 (default: a free one)
  --password <text>         password of the dashboard (default: captain42)
  --root-domain <domain>    root domain of the apps (default: apps.localhost)
  --version <version>       CapRover's version (default: 1.15.3)
  --speed <factor>          simulated seconds in one real second (default: 1)
  --images <file>           JSON object of the images that can be pulled, by
                            reference: {"app:1": {"stopSeconds": 3}}
  --host-directory <path>   directory that exists on the node; repeatable
  --workers <ids>           ids of more nodes, separated by commas
  --foreign-domain <domain> domain that does not point to this server, so that
                            it is refused; repeatable
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
  const props = parseSandboxArguments(args);
  if (props === "help") {
    print(SANDBOX_USAGE);
    return;
  }
  const sandbox = await CapRoverSandbox.start({ ...props, onUnmodelled: (line) => warn(`${line}\n`) });
  for (const [name, value] of Object.entries(sandbox.environment)) print(`${name}=${value}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of INTERRUPTED) process.once(signal, () => resolve());
  });
  await sandbox.stop();
}

export function parseSandboxArguments(args: readonly string[]): CapRoverSandboxProps | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "0" },
      password: { type: "string" },
      "root-domain": { type: "string" },
      version: { type: "string" },
      speed: { type: "string", default: "1" },
      images: { type: "string" },
      "host-directory": { type: "string", multiple: true },
      workers: { type: "string" },
      "foreign-domain": { type: "string", multiple: true },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return "help";
  return {
    port: readNumber("--port", values.port),
    speed: readNumber("--speed", values.speed),
    ...(values.password === undefined ? {} : { password: values.password }),
    ...(values["root-domain"] === undefined ? {} : { rootDomain: values["root-domain"] }),
    ...(values.version === undefined ? {} : { version: values.version }),
    ...(values.images === undefined ? {} : { images: readImages(values.images) }),
    ...(values["host-directory"] === undefined ? {} : { hostDirectories: values["host-directory"] }),
    ...(values.workers === undefined ? {} : { workers: readIds("--workers", values.workers) }),
    ...(values["foreign-domain"] === undefined ? {} : { foreignDomains: values["foreign-domain"] }),
  };
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

function readImages(file: string): ImageCatalogue {
  let json: Json;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`--images ${file}: ${messageOf(error)}`);
  }
  if (!isJsonObject(json)) throw new Error(`--images ${file}: must be a JSON object of images by reference`);
  return Object.fromEntries(
    Object.entries(json).map(([reference, image]) => {
      if (!isImage(image)) {
        const allowed = [...SECONDS, ...DESCRIPTIONS].join(", ");
        throw new Error(
          `--images ${file}: "${reference}" is not a valid image; allowed: an object of ${allowed}, with times in seconds`,
        );
      }
      return [reference, image];
    }),
  );
}

const SECONDS = ["pullSeconds", "startSeconds", "stopSeconds"];
const DESCRIPTIONS = ["pullError", "credentials", "exits", "healthcheck", "volumes", "content", "logLines"];

function isImage(image: Json): image is JsonObject & SimulatedImage {
  return (
    isJsonObject(image) &&
    Object.entries(image).every(([key, value]) =>
      SECONDS.includes(key) ? typeof value === "number" && value >= 0 : DESCRIPTIONS.includes(key),
    )
  );
}
