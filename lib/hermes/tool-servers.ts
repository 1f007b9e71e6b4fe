/**
 * Servers that Hermes' tools use if they are told where: what tells them. Read in 0.17.0 and 0.19.0
 * (plugins/web/searxng, tools/web_tools.py, tools/browser_camofox.py, tools/browser_tool.py).
 */

export interface ToolServer {
  /** The variable with its address. */
  readonly variable: string;
  /** The tool that uses it. Of two servers for one tool, Hermes uses one only. */
  readonly tool: "search" | "browser" | "extract";
  /** Settings of config.yaml by dotted path, without which the tool could choose another server. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const TOOL_SERVERS = {
  /** Its `settings.yml` has to list `json` among `search.formats`; without, it answers 403. */
  searxng: { variable: "SEARXNG_URL", tool: "search", settings: { "web.search_backend": "searxng" } },
  camofox: { variable: "CAMOFOX_URL", tool: "browser" },
  /**
   * Chrome DevTools Protocol. Chromium itself rejects a Host header that is a name; servers of browsers, such as
   * browserless, accept it.
   */
  cdp: { variable: "BROWSER_CDP_URL", tool: "browser" },
  firecrawl: {
    variable: "FIRECRAWL_API_URL",
    tool: "extract",
    settings: { "web.extract_backend": "firecrawl" },
  },
} as const satisfies Readonly<Record<string, ToolServer>>;

export type ToolServerName = keyof typeof TOOL_SERVERS;

/** A server that an agent can reach. */
export interface ServedTool {
  readonly server: ToolServerName;
  readonly host: string;
  readonly port: number;
}

/** What leads the agent's tools to the servers. */
export function settingsOfTools(served: readonly ServedTool[]) {
  const rows = served.map((one) => ({ ...one, row: toolServer(one.server) }));
  return {
    variables: Object.fromEntries(
      rows.map(({ row, host, port }) => [row.variable, `http://${host}:${port}`]),
    ),
    leaves: Object.assign({}, ...rows.map(({ row }) => row.settings ?? {})),
  } satisfies AgentAdditions;
}

/** Settings of an agent that something else than its own props decides. */
export interface AgentAdditions {
  readonly variables: Readonly<Record<string, string>>;
  /** Settings of config.yaml by dotted path. */
  readonly leaves: Readonly<Record<string, string | number>>;
}

export function toolServer(name: ToolServerName): ToolServer {
  return TOOL_SERVERS[name];
}

export function isToolServerName(name: string): name is ToolServerName {
  return Object.hasOwn(TOOL_SERVERS, name);
}
