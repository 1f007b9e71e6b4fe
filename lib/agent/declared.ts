/** What an agent's props declare of its data, for the merge at each boot. */
import { DECLARATION_VERSION, type ProfileDeclaration } from "../boot/declaration";
import type { Declared } from "../container-spec";
import { routedConfig } from "../hermes/config-routes";
import { type ConfigMap, mergeLeaves } from "../hermes/managed-config";
import { decidedOverTheVolume } from "../hermes/model-settings";
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { hasFeature, type Release } from "../hermes/releases";
import type { AgentEnvironment } from "./environment";
import { declarationOf, mindSettings } from "./mind";
import type { AgentSettings } from "./settings/agent-settings";
import type { MindContent } from "./settings/mind-content";

export interface DeclaredSources {
  readonly settings: AgentSettings;
  readonly mind: MindContent;
  readonly release: Release;
  /** Settings of the terminal. */
  readonly terminal?: ConfigMap | undefined;
  readonly environment: AgentEnvironment;
  /** What props decide over the head of the volume. */
  readonly pinned: Readonly<Record<string, string>>;
}

/**
 * Undefined for a release without s6, whose boot has no place for the merge. An agent that declares nothing has a
 * declaration too: what an earlier one declared is taken back by it.
 */
export function declaredOf(sources: DeclaredSources): Declared | undefined {
  const { settings, mind, release } = sources;
  if (!hasFeature(release, "supervision")) return undefined;
  const given = mergeLeaves(settings.config ?? {}, sources.terminal ? { terminal: sources.terminal } : {});
  const own = routedConfig(given).home;
  const { declaration, values } = declarationOf({
    profile: DEFAULT_PROFILE,
    mind: settings,
    content: mind,
    config: mergeLeaves(own, mindSettings(DEFAULT_PROFILE, settings).home),
    env: linesOf(sources),
    ownGateway: false,
  });
  return {
    declaration: {
      version: DECLARATION_VERSION,
      profiles: { [DEFAULT_PROFILE]: declaration },
      secretFiles: {},
      dropped: [],
    },
    values,
  };
}

/**
 * Lines of the volume's `.env` with the names that the program decides. Most are taken away, so that the value of the
 * container or of the managed `.env` is read. What neither of them may have is written.
 */
function linesOf({ settings, environment, pinned }: DeclaredSources): ProfileDeclaration["env"] {
  const { plain, secrets } = environment;
  const given = [...Object.keys(plain), ...secrets.map(({ name }) => name)];
  const decided = [...Object.keys(pinned), ...secrets.map(({ name }) => name)];
  const lines = [...decided, ...decidedOverTheVolume(settings.model?.provider, given)].map((name) => {
    const value = given.includes(name) ? "" : (pinned[name] ?? "");
    return [name, value === "" ? null : { value }] as const;
  });
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
}
