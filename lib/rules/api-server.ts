import { DASHBOARD_PORT } from "../hermes/container-contract";
import { isLoopback } from "../hermes/services";
import { showValue } from "../support/errors";
import { rulesFor, when } from "./rule";
import { type AgentSubject, isExposed } from "./subject";

export const API_SERVER_RULES = rulesFor<AgentSubject>()({
  "api-server-unreachable": {
    severity: "error",
    refuses: "a port or an address for an API server that listens on the container's loopback only",
    because: "nothing answers there",
    seen: "run: Docker forwards a published port to the container's address, not to its loopback",
    final: true,
    check: ({ services: { apiServer }, reach, hostNetwork }) =>
      when(
        !hostNetwork &&
          reach.apiServer !== undefined &&
          reach.apiServer.from !== "container" &&
          isLoopback(apiServer?.address ?? ""),
        () => ({
          prop: "apiServer.host",
          value: showValue(apiServer?.address),
          allowed: `0.0.0.0, or \`${reach.apiServer?.prop}: false\``,
          fix: "leave it out",
        }),
      ),
  },
  "api-server-on-dashboard-port": {
    severity: "error",
    refuses: `an API server on the dashboard's port ${DASHBOARD_PORT}`,
    because:
      "only one of the two gets the port: the gateway gives up for good, or the dashboard restarts for ever",
    seen: "run 0.19.0: the gateway ends with 78 and stays down; the dashboard ends with 3",
    final: true,
    check: ({ services: { dashboard, apiServer } }) =>
      when(dashboard !== undefined && apiServer?.port === DASHBOARD_PORT, () => ({
        prop: "apiServer.port",
        value: showValue(apiServer?.port),
        allowed: "any other; the port on the host is the target's `publish.apiServer.port`",
        fix: "leave it out",
      })),
  },
  "api-server-any-origin": {
    severity: "error",
    refuses: "`*` as CORS origin of the API server",
    because: "every web page can then use the agent from a browser that knows the key",
    seen: "0.19.0: gateway/platforms/api_server.py answers `Access-Control-Allow-Origin: *`",
    check: ({ settings: { apiServer } }) =>
      when(Boolean(apiServer?.corsOrigins?.includes("*")), () => ({
        prop: "apiServer.corsOrigins",
        value: showValue(apiServer?.corsOrigins),
        allowed: "exact origins, such as https://chat.example.com",
        fix: "name the pages' origins",
      })),
  },
  "api-server-without-tls": {
    severity: "warning",
    refuses: "an API server that can be reached from outside the host without TLS",
    because:
      "the key and the conversation travel in clear text, and ufw does not block a port that Docker publishes",
    seen: "0.19.0: the server speaks http only; Docker's documentation of ufw",
    check: ({ reach: { apiServer } }) =>
      when(isExposed(apiServer) && !apiServer.tls, () => ({
        prop: apiServer?.prop ?? "apiServer",
        value: apiServer?.value,
        fix: "put TLS in front: on Docker a proxy, with the port on 127.0.0.1; on CapRover `https`",
      })),
  },
});
