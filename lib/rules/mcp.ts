import type { McpHttpServer, McpServerProps, McpStdioServer } from "../agent/settings/mind";
import { mindSecrets } from "../agent/settings/mind-secrets";
import { isExactVersion, mcpToolPrefix, packageFetchedBy, suspicion } from "../hermes/mcp";
import { showValue } from "../support/errors";
import { hostOf, isPublicHost } from "../support/hosts";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

export const MCP_RULES = rulesFor<AgentSubject>()({
  "mcp-unpinned": {
    severity: "warning",
    refuses: "an MCP server that `npx` or `uvx` fetches without an exact version",
    because:
      "each start of the agent downloads whatever is newest then: a release that breaks or was taken over runs with the agent's rights, and without network there are no tools",
    seen: "0.19.0: tools/mcp_tool.py starts the command at each start of the gateway; npm's and uv's documentation",
    check: ({ settings }) =>
      programs(settings.mcpServers).flatMap(([name, { command, args = [] }]) => {
        const fetched = packageFetchedBy(command, args);
        return when(
          fetched !== undefined && !isUnresolved(fetched.asked) && !isExactVersion(fetched.version),
          () => ({
            prop: `mcpServers.${name}.args`,
            value: showValue(fetched?.asked),
            fix: `write its exact version (${fetched?.name}${fetched?.runner === "npx" ? "@" : "=="}1.2.3); better, install it in the image by \`${fetched?.runner === "npx" ? "npmPackages" : "pythonPackages"}\` of HermesImage.wrapper, and name its program as \`command\``,
          }),
        );
      }),
  },
  "mcp-suspicious": {
    severity: "error",
    refuses:
      "an MCP server that is a shell whose script calls curl, wget or netcat, or touches keys and start files",
    because: "Hermes takes it for an attack and does not start it",
    seen: "run 0.17.0, 0.18.2 and 0.19.0: hermes_cli/mcp_security.py; 0.17.0 minds the network alone",
    check: ({ settings }) =>
      programs(settings.mcpServers).flatMap(([name, { command, args = [] }]): readonly Violation[] => {
        const problem = suspicion(command, args);
        return when(problem !== undefined, () => ({
          prop: `mcpServers.${name}`,
          problem: `is ${problem}`,
          fix: "put the script into the image (`copy` of HermesImage.wrapper), and name its path as `command`",
        }));
      }),
  },
  "mcp-name-taken": {
    severity: "error",
    refuses:
      "two MCP servers whose names differ only in `-` and `_`, and two secrets that come to one variable",
    because: "Hermes names their tools alike, and one server would get the other's secret",
    seen: "0.19.0: tools/mcp_tool.py (sanitize_mcp_name_component), read",
    final: true,
    check: ({ settings }) => {
      const names = Object.keys(settings.mcpServers ?? {});
      const servers = names.flatMap((name, i) => {
        const other = names.slice(0, i).find((one) => mcpToolPrefix(one) === mcpToolPrefix(name));
        return when(other !== undefined, () => ({
          prop: `mcpServers.${name}`,
          problem: `is ${showValue(other)} to Hermes`,
          fix: "choose another name",
        }));
      });
      const carried = mindSecrets(settings);
      const given = [...Object.keys(settings.secrets ?? {}), ...Object.keys(settings.env ?? {})];
      const secrets = carried.flatMap(({ name, prop }, i) => {
        const taken = given.includes(name) || carried.slice(0, i).some((other) => other.name === name);
        return when(taken, () => ({
          prop,
          problem: `its variable would be ${name}, which is taken`,
          fix: "choose another name for the server",
        }));
      });
      return [...servers, ...(servers.length > 0 ? [] : secrets)];
    },
  },
  "mcp-unencrypted": {
    severity: "warning",
    refuses: "headers of an MCP server that is reached by http under a public name",
    because: "whoever is between reads them, and the key in them",
    seen: "RFC 9110: https encrypts",
    check: ({ settings }) =>
      servers(settings.mcpServers).flatMap(([name, { url, headers = {} }]) => {
        const isPublic = isPublicHost(hostOf(url)?.host ?? "");
        return when(/^http:/i.test(url) && isPublic && Object.keys(headers).length > 0, () => ({
          prop: `mcpServers.${name}.url`,
          value: showValue(url),
          fix: "use https",
        }));
      }),
  },
  "mcp-filter-unused": {
    severity: "warning",
    refuses: "`exclude` beside `include` of an MCP server's tools",
    because: "Hermes reads `include` alone, so a tool that both name is there",
    seen: "0.19.0: tools/mcp_tool.py, read; run: each of the two alone",
    check: ({ settings }) =>
      Object.entries(settings.mcpServers ?? {}).flatMap(([name, { tools }]) =>
        when((tools?.include?.length ?? 0) > 0 && (tools?.exclude?.length ?? 0) > 0, () => ({
          prop: `mcpServers.${name}.tools.exclude`,
          fix: "keep `include`, without the tools that are to be left out",
        })),
      ),
  },
});

type Servers = AgentSubject["settings"]["mcpServers"];

function programs(all: Servers = {}): readonly (readonly [string, McpStdioServer])[] {
  return Object.entries(all).flatMap(([name, server]) =>
    isProgram(server) ? [[name, server] as const] : [],
  );
}

function servers(all: Servers = {}): readonly (readonly [string, McpHttpServer])[] {
  return Object.entries(all).flatMap(([name, server]) =>
    isProgram(server) ? [] : [[name, server] as const],
  );
}

function isProgram(server: McpServerProps): server is McpStdioServer {
  return server.command !== undefined;
}
