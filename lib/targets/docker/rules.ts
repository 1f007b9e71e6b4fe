import { engineAddress } from "../../agent/settings/terminal-values";
import { valueName } from "../../agent/settings/value-name";
import { LISTENER_NAMES, PLATFORMS, type Platform } from "../../hermes/platforms";
import { firstReleaseWith, hasFeature } from "../../hermes/releases";
import { isLoopback, serviceNames, serviceProp } from "../../hermes/services";
import { rulesFor, type Violation, when } from "../../rules/rule";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { normalHostPath } from "../../support/host-path";
import { inSecretsFile } from "../../support/secret";
import { isUnresolved } from "../../support/tokens";
import type { DockerTargetProps } from "./props";
import { admitsBelow4 } from "./provider-version";

/** An agent that is to run on a Docker engine. */
export interface DockerSubject {
  readonly agent: AgentSubject;
  readonly props: DockerTargetProps;
  /** It joins networks that are made for its sidecars or its model's server. */
  readonly joinsServers: boolean;
  /** The terminal's sandboxes are to be on the machine that the agent runs on. */
  readonly terminalOnOwnMachine: boolean;
  /** The image is a resource of the agent's own stack. */
  readonly imageInSameStack: boolean;
  /** A CI deploys the image by the token of an app. */
  readonly imageByToken: boolean;
  /** The image is pulled or built on another engine than the agent's. */
  readonly imageOnOtherEngine: boolean;
}

/** Networks that every engine has; seen on an engine of 20.10. */
const RESERVED_NETWORKS: ReadonlyMap<string, { readonly fix: string; readonly whenChanged?: true }> = new Map(
  [
    [
      "host",
      {
        fix: "give `hostNetwork: true`, and leave `networks` and `publish` out",
      },
    ],
    ["none", { fix: "leave it out; a network with `internal` keeps the agent from the internet" }],
    ["ingress", { fix: "leave it out: only Swarm's services join it" }],
    [
      "bridge",
      { fix: "leave `create` and `aliases` out: only networks of your own have names", whenChanged: true },
    ],
  ],
);

/** Disks, their partitions and mappings, and the machine's memory. */
const UNSAFE_DEVICE =
  /^\/dev(?:\/(?:(?:sd|hd|vd|xvd|nvme|mmcblk|md|dm-|loop|nbd|sr|zd)\w*|mapper(?:\/.*)?|disk(?:\/.*)?|mem|kmem|port|kcore))?$/;

export const DOCKER_RULES = rulesFor<DockerSubject>()({
  "docker-unsupported-token": {
    severity: "error",
    refuses: "on a Docker engine, an image whose `delivery` deploys by token",
    because: "a Docker engine has no tokens that may deploy one container only",
    seen: "Docker's API, read",
    final: true,
    check: ({ imageByToken }) =>
      when(imageByToken, () => ({
        prop: "image",
        value: 'deploy: "token"',
        fix: 'write deploy: "terraform"; the CI then runs `cdktf deploy`',
      })),
  },
  "docker-terminal-own-engine": {
    severity: "error",
    refuses: "for the terminal's sandboxes, the machine of the agent's own engine",
    because: "the agent is then root on its own host",
    seen: "the agent may mount any directory of the engine's host in a sandbox",
    check: ({ agent: { settings }, terminalOnOwnMachine }) =>
      when(terminalOnOwnMachine, () => ({
        prop: "terminal.engine",
        value: showValue(
          settings.terminal?.backend === "docker" ? engineAddress(settings.terminal.engine) : undefined,
        ),
        fix: "use another machine, or acknowledge the rule with your reason",
      })),
  },
  "docker-publish-without-service": {
    severity: "error",
    refuses: "a port in `publish` for a service that the agent does not have",
    because: "nothing would be published",
    seen: "nothing listens on the port",
    final: true,
    check: ({ agent: { services }, props: { publish } }) =>
      serviceNames(publish ?? {}).flatMap((service) =>
        when(Boolean(publish?.[service]) && services[service] === undefined, () => ({
          prop: `target.publish.${service}`,
          fix: `give \`${serviceProp(service)}\`, or remove it`,
        })),
      ),
  },
  "docker-own-name-unreachable": {
    severity: "error",
    refuses:
      "a platform that makes itself known as `http://<name>:<port>` (BlueBubbles), published at another port or at the host's loopback only",
    because: "the platform's server would call a port where nobody answers",
    seen: "0.19.0: gateway/platforms/bluebubbles.py registers its own port",
    check: ({ agent: { services }, props: { publish = {} } }) =>
      LISTENER_NAMES.flatMap((name) => {
        const { listens }: Platform = PLATFORMS[name];
        const port = services[name]?.port;
        const asked = publish[name];
        const { address = "127.0.0.1", port: published = port } = asked || {};
        const reached = asked !== false && !isLoopback(address) && published === port;
        return when(listens?.ownName !== undefined && port !== undefined && !reached, () => ({
          prop: `target.publish.${name}`,
          value: showValue(asked),
          allowed: `port ${port}, at an address of the host that the server reaches`,
          fix: `write publish: { ${name}: { address: "0.0.0.0" } }, or an address of the network that it is on`,
        }));
      }),
  },
  "docker-duplicate-network": {
    severity: "error",
    refuses: "the same network twice in `networks`",
    because: "the container joins it once, with the aliases of only one of the two",
    seen: "kreuzwerker/docker: `networks_advanced` is a set, joined one after the other",
    final: true,
    check: ({ props: { networks = [] } }) => {
      const names = networks.map(({ name }) => name);
      return names.flatMap((name, i) =>
        when(!isUnresolved(name) && names.indexOf(name) < i, () => ({
          prop: `target.networks[${i}].name`,
          value: showValue(name),
          fix: "keep one of them",
        })),
      );
    },
  },
  "docker-network-reserved": {
    severity: "error",
    refuses:
      "the engine's own networks `host`, `none` and `ingress` in `networks`, and `bridge` with aliases",
    because:
      "the engine rejects it when the previous container is already removed; with `none` the agent reaches no model",
    seen: "run on an engine of 20.10: `cannot be … connected to host network`",
    final: true,
    check: ({ props: { networks = [] } }) =>
      networks.flatMap(({ name, create, aliases }, i) => {
        const reserved = RESERVED_NETWORKS.get(name);
        const changed = create === true || aliases !== undefined;
        if (reserved === undefined || (reserved.whenChanged && !changed)) return [];
        return [{ prop: `target.networks[${i}].name`, value: showValue(name), fix: reserved.fix }];
      }),
  },
  "docker-trusted-proxies-elsewhere": {
    severity: "warning",
    refuses: "the default bridge's network as the only trusted proxy of an agent that is on other networks",
    because: "a published port then arrives from the other network's gateway, which is not trusted",
    seen: "run 0.19.0: the peer of a published port is the gateway of the container's network",
    check: ({ agent: { settings }, props: { networks = [] }, joinsServers }) => {
      const others = networks.length > 0 || joinsServers;
      const proxies = settings.trustedProxies ?? [];
      return when(
        others &&
          networks.every(({ name }) => name !== "bridge") &&
          !isUnresolved(proxies) &&
          proxies.length > 0 &&
          proxies.every((proxy) => /^172\.17\.0\.(?:0\/16|1)(?:\/32)?$/.test(proxy)),
        () => ({
          prop: "trustedProxies",
          value: showValue(proxies),
          fix: "add the network that `docker network inspect` shows for one of the agent's networks",
        }),
      );
    },
  },
  "docker-secrets-file-mixed": {
    severity: "error",
    refuses: "secrets from Terraform together with a `secretsFile`, or `inSecretsFile` without one",
    because: "Hermes reads one managed `.env`: the mounted file would hide the others",
    seen: "0.19.0: hermes_cli/env_loader.py reads one managed `.env`",
    final: true,
    check: ({ agent, props: { secretsFile } }) =>
      [
        ...agent.secrets.map((secret) => ({ ...secret, line: secret.name })),
        ...agent.profiles.flatMap(({ profile, secrets }) =>
          secrets.map((secret) => ({ ...secret, line: valueName(profile, secret.name) })),
        ),
      ]
        .filter(({ value }) => (value === inSecretsFile) !== (secretsFile !== undefined))
        .map(({ prop, line }) => ({
          prop,
          problem:
            secretsFile === undefined
              ? "there is no secrets file"
              : "a secrets file is mounted, which hides it",
          fix:
            secretsFile === undefined
              ? "give `secretsFile` to HermesTarget.docker, or a Terraform value here"
              : `put ${line}=… into the file and use inSecretsFile`,
        })),
  },
  "docker-secrets-file-unsupported": {
    severity: "error",
    refuses: "`secretsFile` on a release without the managed scope",
    because: "the release does not read /etc/hermes",
    seen: "0.16.0 has no managed scope, 0.17.0 has",
    final: true,
    check: ({ agent: { release }, props: { secretsFile } }) =>
      when(secretsFile !== undefined && !hasFeature(release, "managedScope"), () => ({
        prop: "target.secretsFile",
        problem: `${release.tag} does not read it`,
        fix: `use ${firstReleaseWith("managedScope")} or later`,
      })),
  },
  "docker-host-network-dashboard-open": {
    severity: "error",
    refuses: "a dashboard without login on the host's network",
    because: "its loopback is the host's: every user and every program of the host gets keys and a shell",
    seen: "run 0.14.0 to 0.19.0: on 127.0.0.1 the dashboard asks for no login",
    check: ({ agent: { access, hostNetwork } }) =>
      when(hostNetwork && access?.kind === "loopback", () => ({
        prop: "dashboard",
        value: showValue(access?.kind),
        fix: "use DashboardAuth.basic, .oidc or .nous; or acknowledge the rule if the host is yours alone",
      })),
  },
  "docker-device-unsafe": {
    severity: "error",
    refuses: "a disk of the host or its memory in `devices`, or all of /dev",
    because: "whoever can read it reads all files and secrets of the host",
    seen: "Linux: a block device is the file system without its permissions",
    check: ({ props: { devices = [] } }) =>
      devices.flatMap(({ hostPath }, i) =>
        when(!isUnresolved(hostPath) && UNSAFE_DEVICE.test(normalHostPath(hostPath)), () => ({
          prop: `target.devices[${i}].hostPath`,
          value: showValue(hostPath),
          fix: "name the one device that is needed, such as /dev/snd; for files give `mounts`",
        })),
      ),
  },
  "docker-image-in-same-stack": {
    severity: "warning",
    refuses: "an image in the same stack as its agent",
    because:
      "each new image changes both, so Terraform removes the agent before it pulls or builds; if that fails, no agent is left until the next apply",
    seen: "run: kreuzwerker/docker 3.6.2 and 4.5.0",
    check: ({ imageInSameStack }): readonly Violation[] =>
      when(imageInSameStack, () => ({
        prop: "image",
        fix: "move the HermesImage into a TerraformStack of its own; CDKTF then deploys that stack first",
      })),
  },
  "docker-image-on-other-engine": {
    severity: "error",
    refuses: "an image whose stack uses another engine than the agent's",
    because:
      "the agent's engine would pull it after the previous container was removed, and it can't get a wrapper at all",
    seen: "kreuzwerker/docker: an image belongs to the engine of its provider",
    check: ({ imageOnOtherEngine }): readonly Violation[] =>
      when(imageOnOtherEngine, () => ({
        prop: "image",
        fix: "give each engine an image stack of its own; declare each DockerProvider first",
      })),
  },
});

export { DOCKER_MODEL_RULES } from "./model-rules";
export { DOCKER_NAME_RULES } from "./names";
export { DOCKER_SIDECAR_RULES } from "./sidecar-rules";

/** Rules about the provider of an agent's stack, which the program may still change after the agent. */
export const DOCKER_PROVIDER_RULES = rulesFor<{
  /** The version constraint in force. */
  readonly constraint: string;
}>()({
  "docker-provider-obsolete": {
    severity: "warning",
    refuses: "agents in a stack that lets Terraform use version 3.x of the Docker provider",
    because: "its `terraform plan` deletes a crashed or stopped container, with its logs",
    seen: "run: kreuzwerker/docker 3.6.2",
    references: ["kreuzwerker/terraform-provider-docker#590", "kreuzwerker/terraform-provider-docker#841"],
    check: ({ constraint }) =>
      when(admitsBelow4(constraint), () => ({
        prop: "required_providers.docker.version",
        value: showValue(constraint),
        allowed: "a constraint within 4.x, such as ~> 4.1 or 4.5.0",
        fix: "remove the override of this version, or state a version of 4.x there",
      })),
  },
});
