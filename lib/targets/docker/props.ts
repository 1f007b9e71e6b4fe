import { TerraformProvider } from "cdktf";
import * as z from "zod";
import type { ListenerName } from "../../hermes/platforms";
import type { ProfileServiceName } from "../../hermes/services";
import { HOST_NAME } from "../../support/host-name";
import { isRecord } from "../../support/objects";
import { isNormalAbsolute } from "../../support/paths";
import { isUnresolved } from "../../support/tokens";
import {
  choice,
  construct,
  either,
  flag,
  lazily,
  listOf,
  listOrToken,
  literalAddress,
  literalText,
  literalWholeNumber,
  mapOf,
  optional,
  propsSchema,
  text,
  textThat,
} from "../../support/validation";
import { byService } from "../service-props";
import { type SidecarsProps, sidecarShapes } from "./sidecar-props";

/** A port on the host. */
export interface PublishedPort {
  /**
   * Address of the host. ufw does not block a port on `0.0.0.0`, because Docker adds firewall rules of its own.
   * @default "127.0.0.1"
   */
  readonly address?: string;
  /** Port of the host. @default - the same as inside the container */
  readonly port?: number;
}

/**
 * Where the chat platforms that are called from outside are published, each by its name, such as `sms`: by default on its
 * own port on 127.0.0.1.
 */
export type PublishedPlatforms = { readonly [Name in ListenerName]?: PublishedPort | false };

/**
 * Which services are published on the host. A service with `false` can be reached from the container's networks only.
 */
export interface PublishProps {
  /**
   * Where the dashboard is published.
   * @default - port 9119 on 127.0.0.1, unless it listens on the container's loopback only
   */
  readonly dashboard?: PublishedPort | false;
  /**
   * Where the API server is published.
   * @default - its own port on 127.0.0.1
   */
  readonly apiServer?: PublishedPort | false;
  /**
   * Where a service of a profile is published, such as `"work.apiServer"`.
   * @default - its own port on 127.0.0.1
   */
  readonly [profileService: `${string}.${ProfileServiceName}`]: PublishedPort | false;
}

/** A user-defined network that the container joins. */
export interface NetworkProps {
  /** Name of the network. */
  readonly name: string;
  /**
   * Creates the network in this stack, instead of joining an existing one.
   * @default false
   */
  readonly create?: boolean;
  /** Additional names of the container in this network. @default - the container's name only */
  readonly aliases?: readonly string[];
}

/** A device of the engine's host, such as a sound card. */
export interface DeviceProps {
  /** Absolute path on the engine's host, such as `/dev/snd`. */
  readonly hostPath: string;
  /** Absolute path in the container. @default - the same */
  readonly containerPath?: string;
  /** What the container may do: `r`ead, `w`rite and `m`ake. @default "rwm" */
  readonly permissions?: string;
}

interface EngineProps {
  /** For a second Docker provider in the stack. @default - the stack's default Docker provider */
  readonly provider?: TerraformProvider;
  /** Labels of the container. @default - none */
  readonly labels?: { readonly [label: string]: string };
  /**
   * A file on the engine's host with all secrets as `NAME=value` lines, mounted read-only; from v2026.6.19 on. Every
   * secret prop is then `inSecretsFile`, and no secret is in a plan or in the state. With profiles, only root has to read
   * it, and a profile's lines begin with its name, such as `WORK__SLACK_BOT_TOKEN=…`.
   * @default - secrets come from Terraform
   */
  readonly secretsFile?: string;
  /**
   * The host's GPUs, all of them: the Docker provider can't name single ones. The host needs the NVIDIA Container
   * Toolkit.
   * @default - none
   */
  readonly gpus?: "all";
  /** Devices of the engine's host. @default - none */
  readonly devices?: readonly DeviceProps[];
}

/** An agent with a network of its own. */
export interface DockerNetworkedProps extends EngineProps, SidecarsProps {
  /** With `true` the container has the host's own network, see `DockerHostNetworkProps`. @default false */
  readonly hostNetwork?: false;
  /** Ports on the host. @default - on 127.0.0.1 of the host */
  readonly publish?: PublishProps & PublishedPlatforms;
  /** User-defined networks that the container joins. @default - the engine's default bridge */
  readonly networks?: readonly NetworkProps[];
}

/**
 * An agent on the host's own network: `localhost` is the host's, and what listens in the container listens on the host.
 * So no port is published, and no name of another container is known.
 */
export interface DockerHostNetworkProps extends EngineProps {
  /**
   * The container has the host's network, on Linux only. The API server then listens on 127.0.0.1 by default.
   * @default false
   */
  readonly hostNetwork: true;
  readonly publish?: never;
  readonly networks?: never;
  readonly sidecars?: never;
  readonly sidecarStack?: never;
}

/** Settings that only a Docker engine has. */
export type DockerTargetProps = DockerNetworkedProps | DockerHostNetworkProps;

const NOT_ON_HOST_NETWORK = ["publish", "networks", "sidecars", "sidecarStack"] as const;

export const DOCKER_TARGET_SCHEMA = lazily(() => {
  const publishedPort = either(
    "false, or an address and a port",
    z.literal(false),
    propsSchema<PublishedPort>({
      address: optional(literalAddress()),
      port: optional(literalWholeNumber(1, 65535, "")),
    }),
  );
  const network = propsSchema<NetworkProps>({
    name: text(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "a network's name: letters, digits, `.`, `_`, `-`"),
    create: optional(flag()),
    aliases: optional(listOrToken(text(HOST_NAME, "a host name"))),
  }).refine((network) => !isRecord(network) || !network["create"] || !isUnresolved(network["name"]), {
    path: ["name"],
    message: "a literal name for a network that is created here",
  });
  const device = propsSchema<DeviceProps>({
    hostPath: textThat(isNormalAbsolute, "an absolute path on the engine's host, without `.` and `..` in it"),
    containerPath: optional(
      textThat(isNormalAbsolute, "an absolute path in the container, without `.` and `..` in it"),
    ),
    permissions: optional(literalText(/^(?!.*(.).*\1)[rwm]{1,3}$/, "letters of rwm, each once")),
  });
  const target = propsSchema<Record<keyof DockerNetworkedProps, unknown>>({
    provider: optional(construct("DockerProvider", (value) => TerraformProvider.isTerraformProvider(value))),
    publish: optional(byService(publishedPort)),
    networks: optional(listOf(network)),
    labels: optional(
      mapOf(
        /^(?!cdktf-hermes\.)\S+$/,
        "a name without blanks, such as team; not cdktf-hermes.…",
        text(/^[^\0]*$/, "a string"),
      ),
    ),
    secretsFile: optional(
      textThat(isNormalAbsolute, "an absolute path on the engine's host, without `.` and `..` in it"),
    ),
    gpus: optional(choice("all")),
    devices: optional(listOf(device)),
    hostNetwork: optional(flag()),
    ...sidecarShapes(),
  }).superRefine((target, context) => {
    if (!isRecord(target) || target["hostNetwork"] !== true) return;
    for (const prop of NOT_ON_HOST_NETWORK)
      if (target[prop] !== undefined)
        context.addIssue({ code: "custom", path: [prop], message: "nothing beside `hostNetwork: true`" });
  });
  return propsSchema<{ readonly target: DockerTargetProps }>({ target });
});
