/** MCP servers that a program declares, started by the real Hermes: of the default profile, and of another one. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { secretOf } from "../agents";
import { eventually } from "../eventually";
import { type Agent, API_KEY } from "./agent";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { standIn } from "./images";
import { portOf } from "./ports";
import { must } from "./run";
import { startSynthesized } from "./synthesized";
import { Subject } from "./verify/subject";

const engine = new Engine();
const NAME = "servers";
/** The stand-in has no package for MCP, which upstream's image has. */
const IMAGE = "mind-mcp:made";
const PORTS = { default: 8642, work: 8643 } as const;
const SECRETS = { token: "token-of-the-tickets", header: "Bearer key-of-the-wiki" };
const HOMES = { default: "/opt/data", work: "/opt/data/profiles/work" } as const;

let model: FakeModel;
let wiki: Wiki;

beforeAll(async () => {
  const dockerfile = `FROM ${standIn("v2026.7.20")}
RUN /opt/tools/bin/uv pip install --no-cache --python /opt/hermes/.venv/bin/python mcp==1.26.0
`;
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  await must("docker", ["build", "--tag", IMAGE, "-"], { env, input: dockerfile });
  model = await FakeModel.start("The model's answer.", engine.gateway);
  wiki = await Wiki.start(engine.gateway);
});
afterAll(async () => {
  await engine.reset();
  await model?.stop();
  await wiki?.stop();
});

/** It tells the agent its variable backwards, since Hermes takes secrets out of answers. */
const TICKETS = `import os
from mcp.server.fastmcp import FastMCP

server = FastMCP("tickets")


@server.tool()
def list_open() -> str:
    own = sorted(name for name in os.environ if "KEY" in name or "TOKEN" in name)
    return os.environ["TICKETS_TOKEN"][::-1] + " of " + ",".join(own)


@server.tool()
def delete_all() -> str:
    return "gone"


server.run()
`;

/** A server on the network, by JSON-RPC as MCP's streamable HTTP has it. */
class Wiki {
  readonly authorizations = new Set<string | undefined>();

  private constructor(
    readonly url: string,
    readonly server: Server,
  ) {}

  static start(address: string): Promise<Wiki> {
    const server = createServer();
    return new Promise((resolve) =>
      server.listen(0, address, () => {
        const wiki = new Wiki(`http://${address}:${portOf(server)}/mcp`, server);
        server.on("request", async (request, response) => {
          wiki.authorizations.add(request.headers.authorization);
          const asked = request.method === "POST" ? JSON.parse(await textOf(request)) : {};
          const result = wiki.answer(asked);
          response.writeHead(request.method !== "POST" ? 405 : result ? 200 : 202, {
            "content-type": "application/json",
          });
          response.end(result ? JSON.stringify({ jsonrpc: "2.0", id: asked.id, result }) : "");
        });
        resolve(wiki);
      }),
    );
  }

  answer({ method, params }: { method?: string; params?: { protocolVersion?: string } }): object | undefined {
    const tool = (name: string) => ({
      name,
      description: name,
      inputSchema: { type: "object", properties: {} },
    });
    switch (method) {
      case "initialize":
        return {
          protocolVersion: params?.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: "wiki", version: "1" },
        };
      case "tools/list":
        return { tools: [tool("read_page"), tool("write_page")] };
      case "tools/call":
        return { content: [{ type: "text", text: "the page of the wiki" }] };
      case "ping":
        return {};
      default:
        return undefined;
    }
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return text;
}

function start(): Promise<Agent> {
  return startSynthesized(engine, {
    name: NAME,
    image: IMAGE,
    variables: { api: API_KEY, tickets: SECRETS.token, wiki: SECRETS.header },
    props: (stack) => {
      const own = { provider: "custom", name: "fake-1", baseUrl: model.baseUrl };
      const key = secretOf(stack, "api");
      return {
        release: "v2026.7.20",
        model: own,
        apiServer: { key, port: PORTS.default },
        files: { "servers/tickets.py": { text: TICKETS } },
        mcpServers: {
          tickets: {
            command: "/opt/hermes/.venv/bin/python",
            args: ["/opt/data/servers/tickets.py"],
            env: { TICKETS_TOKEN: secretOf(stack, "tickets") },
            tools: { exclude: ["delete_all"] },
          },
        },
        profiles: {
          work: {
            model: own,
            apiServer: { key, port: PORTS.work },
            mcpServers: {
              wiki: {
                url: wiki.url,
                headers: { Authorization: secretOf(stack, "wiki") },
                tools: { include: ["read_page"] },
              },
            },
          },
        },
        multiplexProfiles: false,
        env: { HERMES_GATEWAY_MAX_STARTS: "1000" },
      };
    },
  });
}

/** Asks the profile, whose model calls the tool. Returns the names of its tools of MCP, and what the tool said. */
async function asked(agent: Agent, profile: keyof typeof PORTS, tool: string) {
  model.calls = tool;
  const before = model.chats.length;
  const response = await agent.fetch(PORTS[profile], "/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "any", messages: [{ role: "user", content: "What is there?" }] }),
  });
  expect(await response.text()).toContain(model.answer);
  const chats = model.chats.slice(before).map(({ body }) => Object(body));
  const names: string[] = (chats[0].tools ?? []).map(
    (one: { function: { name: string } }) => one.function.name,
  );
  const said = chats
    .flatMap(({ messages }) => messages)
    .filter(({ role }: { role: string }) => role === "tool");
  return { tools: names.filter((name) => name.startsWith("mcp__")), said: JSON.stringify(said) };
}

test("each profile has the tools of its own servers that it may use, calls them, and they get their secrets", async () => {
  const agent = await start();
  for (const [profile, line] of [
    ["default", "MCP server 'tickets' (stdio): registered"],
    ["work", "MCP server 'wiki' (HTTP): registered"],
  ] as const)
    await eventually(`the gateway of ${profile} lists its server`, 180, async () =>
      (await agent.exec("cat", `${HOMES[profile]}/logs/agent.log`)).stdout.includes(line) ? true : undefined,
    );
  await agent.answers(PORTS.default, "/health");
  await agent.answers(PORTS.work, "/health");

  const own = await asked(agent, "default", "mcp__tickets__list_open");
  expect(own.tools).toContain("mcp__tickets__list_open");
  expect(own.tools.join()).not.toMatch(/delete_all|wiki/);
  expect(own.said).toContain([...SECRETS.token].reverse().join(""));
  // The server has its own variables, and none of the agent's secrets.
  expect(own.said).toContain(" of TICKETS_TOKEN");
  expect(own.said).not.toContain("API_SERVER_KEY");

  const work = await asked(agent, "work", "mcp__wiki__read_page");
  expect(work.tools).toContain("mcp__wiki__read_page");
  expect(work.tools.join()).not.toMatch(/write_page|tickets/);
  expect(work.said).toContain("the page of the wiki");
  expect([...wiki.authorizations]).toEqual([SECRETS.header]);

  const subject = new Subject(agent, {
    version: 1,
    agent: `agents/${NAME}`,
    name: NAME,
    place: { kind: "docker", container: NAME, host: engine.host },
    release: "v2026.7.20",
    image: IMAGE,
    data: `${NAME}-data`,
    services: { apiServer: { port: PORTS.default } },
    platforms: {},
    secrets: [],
    variables: { given: [], volumeWins: [] },
    healthCheck: false,
    stopGraceSeconds: 45,
    hash: "of-the-tests",
  });
  const { conditions } = await subject.verify();
  expect(conditions.filter(({ condition }) => condition === "mcp")).toEqual([
    expect.objectContaining({ result: "holds", seen: "tickets" }),
  ]);
});
