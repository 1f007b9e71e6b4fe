/** Which MCP servers do not work, by the last line of the log about each. */
import { mcpServersIn } from "../../lib/hermes/mcp-lines";

const FAILED = "Failed to connect to MCP server 'files' (command=npx): Connection closed";
const PARKED =
  "MCP server 'files' failed initial connection after 3 attempts, parking until a reconnect is requested: refused";
const GIVEN_UP =
  "MCP server 'files' failed after 5 reconnection attempts, parking; will self-probe every 300s until it recovers: gone";
const LOGIN = "MCP server 'files' failed initial OAuth authentication, not retrying automatically: 401";
const CONNECTED = "MCP server 'files' (stdio): registered 3 tool(s): a, b, c";
const LOST = "MCP server 'files' connection lost (attempt 1/5), reconnecting in 1s: reset";
const REVIVES =
  "MCP server 'files': attempting revival from parked state (self-probe or explicit reconnect request); rebuilding transport.";
const TRIES = "MCP server 'files' initial connection failed (attempt 1/3), retrying in 1s: refused";

test.each([
  ["did not start", [TRIES, PARKED, FAILED], "Connection closed"],
  ["was given up after it had worked", [CONNECTED, LOST, GIVEN_UP], "gone"],
  ["was tried again in vain", [FAILED, REVIVES, PARKED], "refused"],
  ["wants a login", [LOGIN], "401"],
  ["says no reason", ["Failed to connect to MCP server 'files'"], "no reason"],
])("a server that %s has failed, with its reason", (_, lines, reason) => {
  expect(mcpServersIn(lines).get("files")).toBe(reason);
});

test.each([
  ["started", [CONNECTED]],
  ["started after some tries", [TRIES, TRIES, CONNECTED]],
  ["connected later", [FAILED, REVIVES, CONNECTED]],
  ["came back after it was given up, which no line says", [FAILED, REVIVES]],
  ["lost its connection and has it again", [CONNECTED, LOST]],
  ["is still being tried", [TRIES]],
])("a server that %s has not failed", (_, lines) => {
  expect([...mcpServersIn(lines)]).toEqual([["files", undefined]]);
});

test("each server is judged by its own lines", () => {
  const lines = [FAILED, CONNECTED.replace("files", "mail"), FAILED.replace("files", "maps"), REVIVES];
  expect([...mcpServersIn(lines)]).toEqual([
    ["files", undefined],
    ["mail", undefined],
    ["maps", "Connection closed"],
  ]);
});
