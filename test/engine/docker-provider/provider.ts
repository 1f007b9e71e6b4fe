import type { AuthConfig } from "dockerode";
import {
  bool,
  definitions,
  type Provider,
  setNestedBlock,
  string,
  TerraformError,
  UNKNOWN,
} from "../../../lib/terraform-plugin";
import { optional, required } from "../../terraform-plugin/undescribed";
import { BEHAVIOURS, type Version } from "./behaviour";
import { type Client, connect } from "./client";
import { container } from "./container";
import { image } from "./image";
import { network } from "./network";
import { volume } from "./volume";

export const SOURCE = "registry.terraform.io/kreuzwerker/docker";

export interface StandInOptions {
  /** The folder in which relative paths of the configuration start. @default Terraform's working directory */
  readonly directory?: string;
  /** The engine, unless the configuration names it. @default DOCKER_HOST, or the usual socket */
  readonly host?: string;
  /** @default 30, as the real one */
  readonly volumeRemovalSeconds?: number;
  /** How the provider crashes after a fault in Go. @default an error with a similar text */
  readonly panic?: (message: string) => never;
}

/** A stand-in for kreuzwerker/docker. The README beside it says which parts exist. */
export function dockerProvider(
  version: Version,
  {
    directory = process.cwd(),
    host: defaultHost = process.env["DOCKER_HOST"],
    volumeRemovalSeconds = 30,
    panic = reportPanic,
  }: StandInOptions = {},
): Provider {
  const behaviour = BEHAVIOURS[version];
  return definitions<Client>().provider({
    attributes: { host: optional(string), disable_docker_daemon_check: optional(bool) },
    blocks: {
      registry_auth: setNestedBlock({
        attributes: {
          address: required(string),
          username: optional(string),
          password: optional(string, { sensitive: true }),
        },
      }),
    },
    async configure({ host, disable_docker_daemon_check, registry_auth }) {
      if (host === UNKNOWN) throw new TerraformError("The stand-in needs a host that is known in the plan");
      const check = disable_docker_daemon_check !== true;
      const docker = await connect(host ?? defaultHost, { check });
      const logins = registry_auth === UNKNOWN ? [] : registry_auth;
      return {
        docker,
        directory,
        volumeRemovalSeconds,
        panic,
        credentials: new Map(logins.flatMap(credentials)),
      };
    },
    resources: {
      docker_container: container(behaviour),
      docker_image: image(behaviour),
      docker_network: network,
      docker_volume: volume,
    },
  });
}

function reportPanic(message: string): never {
  throw new TerraformError("Plugin did not respond", { detail: `panic: ${message}` });
}

interface Login {
  readonly address: unknown;
  readonly username: unknown;
  readonly password: unknown;
}

function credentials({ address, username, password }: Login): [string, AuthConfig][] {
  if (typeof address !== "string") return [];
  const registry = address.replace(/^https?:\/\//, "");
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return [[registry, { username: text(username), password: text(password), serveraddress: address }]];
}
