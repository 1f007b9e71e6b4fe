/**
 * How a setting of config.yaml reaches Hermes. Most are pinned in the managed config.yaml. Some parts of Hermes read only the
 * file on the volume; such a setting is merged into it at each boot.
 */

import { type ConfigMap, type ConfigValue, isMap, mapOfLeaves } from "./managed-config";
import { code, docsTable } from "./markdown";

export interface ConfigRoute {
  /** The setting, and all below it, as a dotted path. */
  readonly path: string;
  /** Where it has to stand. `both`: a part of Hermes reads the one file, another part the other. */
  readonly to: "home" | "both";
  /** The prop that says the same with checks, if there is one. The setting itself is then refused. */
  readonly prop?: string;
  /** How that was seen. */
  readonly seen: string;
}

const RUN = "run 0.19.0 and 0.17.0: the managed value has no effect";
const READ = "0.19.0, read: its reader opens the home's file";

/** The first row that fits decides. Each says how it was seen: few were run with a value in each of the two files. */
const CONFIG_ROUTES: readonly ConfigRoute[] = [
  { path: "skills.external_dirs", to: "home", prop: "skills", seen: RUN },
  { path: "skills", to: "home", seen: `${RUN} (skills.disabled; agent/skill_utils.py reads all of it so)` },
  {
    path: "fallback_providers",
    to: "home",
    prop: "fallbackModels",
    seen: "run 0.19.0: the gateway and the API server read the home's file, gateway/run.py; `hermes -z` reads both",
  },
  { path: "fallback_model", to: "home", prop: "fallbackModels", seen: "0.19.0, read: as fallback_providers" },
  { path: "provider_routing", to: "home", seen: "0.19.0, read: as fallback_providers" },
  {
    path: "mcp_servers",
    to: "both",
    seen: "run 0.19.0: the gateway reads the managed file; `-z`, CLI and TUI start MCP only if the home's file has the key",
  },
  {
    path: "security",
    to: "both",
    seen: "run 0.19.0: website_blocklist and allow_private_urls are read in the home's file",
  },
  { path: "browser", to: "home", seen: READ },
  { path: "code_execution", to: "home", seen: READ },
  { path: "terminal.env_passthrough", to: "home", seen: READ },
  { path: "terminal.credential_files", to: "home", seen: READ },
  { path: "secrets", to: "home", seen: READ },
  { path: "discord", to: "both", seen: "0.19.0, read: some of it is read in the home's file" },
  {
    path: "agent.system_prompt",
    to: "both",
    seen: "run 0.19.0: from the managed file chats have it, the API and `-z` do not",
  },
  { path: "display.personality", to: "both", seen: "run 0.19.0: the managed value has no effect" },
];

/** The row of a setting; undefined for one that the managed file carries alone. */
export function configRoute(path: readonly string[]): ConfigRoute | undefined {
  const dotted = path.join(".");
  return CONFIG_ROUTES.find(({ path: row }) => dotted === row || dotted.startsWith(`${row}.`));
}

export interface RoutedConfig {
  readonly managed: ConfigMap;
  readonly home: ConfigMap;
}

/** Splits settings by where they have to stand. */
export function routedConfig(config: ConfigMap): RoutedConfig {
  const leaves = wholeLeaves(config);
  const home = leaves.filter(({ path }) => configRoute(path) !== undefined);
  const managed = leaves.filter(({ path }) => configRoute(path)?.to !== "home");
  return { managed: mapOfLeaves(managed), home: mapOfLeaves(home) };
}

/** Leaves of a map, of which a list or an empty map is one. */
export function wholeLeaves(
  value: ConfigValue,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly value: ConfigValue }[] {
  if (!isMap(value)) return [{ path, value }];
  const entries = Object.entries(value);
  if (entries.length === 0 && path.length > 0) return [{ path, value }];
  return entries.flatMap(([key, item]) => wholeLeaves(item, [...path, key]));
}

/** The table of docs/mind.md. */
export function configRoutesMarkdown(): string {
  const rows = CONFIG_ROUTES.map(({ path, to, prop, seen }) => {
    const where = to === "home" ? "the volume's config.yaml" : "both files";
    return [code(path), prop === undefined ? where : `refused: use ${code(prop)}`, seen];
  });
  return docsTable(["setting", "where it goes", "how that was seen"], rows);
}
