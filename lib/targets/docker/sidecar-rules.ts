import { isFloatingTag } from "../../hermes/releases";
import { type ServedTool, toolServer } from "../../hermes/tool-servers";
import { rulesFor, type Violation, when } from "../../rules/rule";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { taggedImage } from "../../support/image-reference";
import { isUnresolved } from "../../support/tokens";
import type { SharedFiles } from "./claims";
import type { SidecarProps } from "./sidecar-props";

/** The sidecars of an agent on a Docker engine. */
export interface SidecarSubject {
  readonly agent: AgentSubject;
  readonly sidecars: Readonly<Record<string, SidecarProps>>;
  readonly served: readonly (ServedTool & { readonly prop: string })[];
  /** What they write, and a server of the same image beside another agent too. */
  readonly sharedFiles: readonly SharedFiles[];
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
  "docker-sidecar-duplicate": {
    severity: "error",
    refuses: "two sidecars for one tool, and a variable in `env` that `serves` sets",
    because: "only one of the two counts, and nothing says which one",
    seen: "0.19.0: each tool has one server",
    final: true,
    check: servedTwice,
  },
  "docker-sidecar-shared-files": {
    severity: "error",
    refuses:
      "one volume, or one directory of the host, that sidecars of the same image beside two agents can write to; a path in the container with `cache`, `model` or the like is left out",
    because: "two databases on the same files damage them, and nothing else prevents that",
    seen: "Linux: each container has process ids of its own, so a lock file that names one guards nothing",
    check: ({ sharedFiles }) =>
      sharedFiles.map(({ prop, value, holder }) => ({
        prop,
        value,
        problem: `a sidecar of ${holder} writes there`,
        fix: "give each a volume of its own, such as `${name}-db` in a loop; or set `readOnly`",
      })),
  },
  "docker-sidecar-searxng-html": {
    severity: "error",
    refuses:
      "SearXNG's own image for `serves: { searxng }` with no settings that have `json` among `search.formats`",
    because: "by its default it answers in HTML alone, and 403 to the agent",
    seen: "SearXNG's searx/settings.yml of 00270b1a, read: `formats` has `html` alone",
    check: ({ sidecars }) =>
      Object.entries(sidecars).flatMap(([name, { image, serves, files = {}, volumes = [] }]) => {
        const isOwn = /^(?:docker\.io\/|ghcr\.io\/)?searxng\/searxng(?:[:@]|$)/.test(image);
        const isMounted = volumes.some(
          ({ target }) => isUnresolved(target) || target.startsWith("/etc/searxng"),
        );
        const settings = files[SEARXNG_SETTINGS] ?? "";
        const hasJson = isUnresolved(settings) || /\bjson\b/.test(settings);
        return when(isOwn && serves?.searxng !== undefined && !isMounted && !hasJson, () => ({
          prop: `target.sidecars.${name}.files`,
          fix: `write files: { "${SEARXNG_SETTINGS}": "use_default_settings: true\\nsearch:\\n  formats: [html, json]\\n" }, with SEARXNG_SECRET in \`secrets\``,
        }));
      }),
  },
  "docker-sidecar-in-same-stack": {
    severity: "error",
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

const SEARXNG_SETTINGS = "/etc/searxng/settings.yml";

function eachSidecar(check: (sidecar: SidecarProps, prop: string) => readonly Violation[]) {
  return ({ sidecars }: SidecarSubject): readonly Violation[] =>
    Object.entries(sidecars).flatMap(([name, sidecar]) => check(sidecar, `target.sidecars.${name}`));
}

/** Whether the name says what is pulled. The tag of an image without one is `latest`. */
function isFloating(image: string): boolean {
  const tag = taggedImage(image)?.tag;
  return tag === undefined || isFloatingTag(tag);
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
