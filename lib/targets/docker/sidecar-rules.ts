import { isFloatingTag } from "../../hermes/releases";
import { type ServedTool, toolServer } from "../../hermes/tool-servers";
import { rulesFor, type Violation, when } from "../../rules/rule";
import type { AgentSubject } from "../../rules/subject";
import { isCredentialName } from "../../support/credential-names";
import { isPublicValue } from "../../support/credentials";
import { enginePathIn, isEngineAddress } from "../../support/engine-access";
import { showValue } from "../../support/errors";
import { normalHostPath } from "../../support/host-path";
import { taggedImage } from "../../support/image-reference";
import { isNormalAbsolute, isShortForm } from "../../support/paths";
import { isUnresolved } from "../../support/tokens";
import type { SidecarProps } from "./sidecar-props";

/** The sidecars of an agent on a Docker engine. */
export interface SidecarSubject {
  readonly agent: AgentSubject;
  readonly sidecars: Readonly<Record<string, SidecarProps>>;
  readonly served: readonly (ServedTool & { readonly prop: string })[];
  /** They are made in the agent's own stack. */
  readonly inSameStack: boolean;
  /** They are made on another engine than the agent's. */
  readonly onOtherEngine: boolean;
}

export const DOCKER_SIDECAR_RULES = rulesFor<SidecarSubject>()({
  "docker-sidecar-image-floating": {
    severity: "error",
    refuses: "a sidecar's image without a digest whose tag is missing or moves, such as `latest`",
    because: "nobody can say what runs, and a later pull changes it",
    seen: "Docker Hub: the tags are pushed again and again",
    check: eachSidecar(({ image }, prop) =>
      when(!image.includes("@sha256:") && isFloating(image), () => ({
        prop: `${prop}.image`,
        value: showValue(image),
        allowed: "a digest (image@sha256:…), or a tag of one release",
        fix: "add the digest that `docker buildx imagetools inspect` shows for the tag",
      })),
    ),
  },
  "docker-sidecar-credential": {
    severity: "error",
    refuses: "a variable in a sidecar's `env` whose name says that it is a credential",
    because: "its value would be readable in `cdk.tf.json`, in the repository and in every plan",
    seen: "CDKTF writes props into cdk.tf.json",
    check: eachSidecar(({ env = {} }, prop) =>
      Object.entries(env)
        .filter(([name, value]) => isCredentialName(name) && !isPublicValue(value))
        .map(([name]) => ({ prop: `${prop}.env.${name}`, fix: "move it to the sidecar's `secrets`" })),
    ),
  },
  "docker-sidecar-duplicate": {
    severity: "error",
    refuses:
      "a sidecar with the name of its agent or of an entry in `extraHosts`, one variable in a sidecar's `env` and `secrets`, two mounts or files at one path, two sidecars for one tool, and a variable in `env` that `serves` sets",
    because: "only one of the two counts, and nothing says which one",
    seen: "Docker answers a name with either container, and rejects two mounts at one path; 0.19.0: each tool has one server",
    final: true,
    check: (subject) => [
      ...Object.keys(subject.sidecars).flatMap((name) => nameTaken(subject.agent, name)),
      ...eachSidecar(({ env = {}, secrets = {} }, prop) =>
        Object.keys(env)
          .filter((name) => Object.hasOwn(secrets, name))
          .map((name) => ({ prop: `${prop}.env.${name}`, fix: "keep it in the sidecar's `secrets`" })),
      )(subject),
      ...eachSidecar(pathTwice)(subject),
      ...servedTwice(subject),
    ],
  },
  "docker-sidecar-path": {
    severity: "error",
    refuses:
      "a sidecar's volume or file whose path is not absolute, has `.` or `..` in it, or is in Docker's short form",
    because: "the engine rejects it at apply",
    seen: "run: the engine answers `invalid mount config`",
    final: true,
    check: eachSidecar(({ volumes = [], files = {} }, prop) => {
      const paths: readonly (readonly [string, string | undefined])[] = [
        ...volumes.flatMap(({ hostPath, target }, i) => [
          [`${prop}.volumes[${i}].hostPath`, hostPath] as const,
          [`${prop}.volumes[${i}].target`, target] as const,
        ]),
        ...Object.keys(files).map((path) => [`${prop}.files`, path] as const),
      ];
      return paths.flatMap(([place, path]) =>
        when(
          path !== undefined && !isUnresolved(path) && (!isNormalAbsolute(path) || isShortForm(path)),
          () => ({
            prop: place,
            value: showValue(path),
            allowed: "an absolute path, such as /srv/searxng",
            fix: "write the whole path, and `hostPath` or `volume`, `target` and `readOnly` each by itself",
          }),
        ),
      );
    }),
  },
  "docker-sidecar-engine-socket": {
    severity: "error",
    refuses:
      "an engine's socket in a sidecar, also read-only and behind a proxy of it: by a mount of it or of a directory above it",
    because:
      "whoever reaches the sidecar can make a container that mounts the host: a proxy filters paths of the API, and not what a container mounts",
    seen: "run: the host's root was reached through a proxy of the socket",
    check: eachSidecar(({ volumes = [], env = {} }, prop) => [
      ...volumes.flatMap(({ hostPath }, i) => {
        const found =
          hostPath === undefined || isUnresolved(hostPath)
            ? undefined
            : enginePathIn(normalHostPath(hostPath));
        return when(found !== undefined, () => ({
          prop: `${prop}.volumes[${i}].hostPath`,
          value: showValue(hostPath),
          problem: `${found} can be reached through it`,
          fix: "mount only the directory that is needed, or acknowledge the rule: the agent is then root on the host",
        }));
      }),
      ...when(
        env["DOCKER_HOST"] !== undefined &&
          !isUnresolved(env["DOCKER_HOST"]) &&
          isEngineAddress(env["DOCKER_HOST"]),
        () => ({
          prop: `${prop}.env.DOCKER_HOST`,
          value: showValue(env["DOCKER_HOST"]),
          fix: "remove it, or acknowledge the rule: the agent is then root on that engine's host",
        }),
      ),
    ]),
  },
  "docker-sidecar-in-same-stack": {
    severity: "warning",
    refuses: "sidecars in the same stack as their agent",
    because:
      "if one apply changes both, Terraform removes the agent before it starts the sidecar; if that does not become healthy, no agent is left",
    seen: "run: Terraform destroys what depends on a resource before the resource is replaced",
    check: ({ sidecars, inSameStack }) =>
      when(Object.keys(sidecars).length > 0 && inSameStack, () => ({
        prop: "target.sidecars",
        fix: "give `sidecarStack` a TerraformStack of its own, with a DockerProvider; CDKTF then deploys it first",
      })),
  },
  "docker-sidecar-on-other-engine": {
    severity: "error",
    refuses: "sidecars whose stack uses another engine than the agent's",
    because: "the agent's engine has no network with them",
    seen: "Docker: a bridge network belongs to one engine",
    final: true,
    check: ({ onOtherEngine }) =>
      when(onOtherEngine, () => ({
        prop: "target.sidecarStack",
        fix: "give the stack a DockerProvider of the agent's engine; declare each DockerProvider first",
      })),
  },
});

function eachSidecar(check: (sidecar: SidecarProps, prop: string) => readonly Violation[]) {
  return ({ sidecars }: SidecarSubject): readonly Violation[] =>
    Object.entries(sidecars).flatMap(([name, sidecar]) => check(sidecar, `target.sidecars.${name}`));
}

/** Whether the name says what is pulled. The tag of an image without one is `latest`. */
function isFloating(image: string): boolean {
  const tag = taggedImage(image)?.tag;
  return tag === undefined || isFloatingTag(tag);
}

function nameTaken({ name: agent, settings }: AgentSubject, name: string): readonly Violation[] {
  const hosts = Object.keys(settings.extraHosts ?? {}).map((host) => host.toLowerCase());
  const owner =
    name === agent.toLowerCase() ? "the agent" : hosts.includes(name) ? "`extraHosts`" : undefined;
  return when(owner !== undefined, () => ({
    prop: `target.sidecars.${name}`,
    problem: `${owner} has that name`,
    fix: "give the sidecar another name",
  }));
}

function pathTwice({ volumes = [], files = {} }: SidecarProps, prop: string): readonly Violation[] {
  const paths = [
    ...volumes.map(({ target }, i) => ({ place: `${prop}.volumes[${i}].target`, path: target })),
    ...Object.keys(files).map((path) => ({ place: `${prop}.files`, path })),
  ].filter(({ path }) => !isUnresolved(path));
  const seen = new Set<string>();
  return paths.flatMap(({ place, path }) => {
    const normal = normalHostPath(path);
    const twice = seen.has(normal);
    seen.add(normal);
    return when(twice, () => ({ prop: place, value: showValue(path), fix: "keep one of them" }));
  });
}

function servedTwice({ agent, served }: SidecarSubject): readonly Violation[] {
  const owners = new Map<string, string>();
  return served.flatMap(({ server, prop }) => {
    const { tool, variable } = toolServer(server);
    const owner = owners.get(tool);
    owners.set(tool, prop);
    const isInEnv = agent.settings.env?.[variable] !== undefined;
    return [
      ...when(owner !== undefined, () => ({
        prop,
        problem: `${owner} is for the same tool`,
        fix: "keep one of them",
      })),
      ...when(isInEnv, () => ({
        prop: `env.${variable}`,
        problem: `${prop} sets it`,
        fix: "remove it",
      })),
    ];
  });
}
