import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { portOf } from "./ports";

/** A request of Hermes to the model. */
export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  /** The parsed JSON body, or undefined without one. */
  readonly body: unknown;
}

export const FAKE_MODEL = "fake-1";

/**
 * An OpenAI-compatible model that answers every chat with the same text: as a stream of small pieces, which Hermes asks
 * for in chats, or whole, as a scheduled job does. It records its requests.
 */
export class FakeModel {
  readonly requests: ModelRequest[] = [];
  /** While true, chats get no answer: an agent stays busy. */
  silent = false;
  /** What a chat gets: the fixed text, what the question asks to repeat, nothing, or an error of that status. */
  reply: "fixed" | "repeat" | "empty" | 401 | 404 | 429 | 500 = "fixed";

  /** A tool that a chat which has it calls once, before it gets its answer. */
  calls: string | undefined;

  /** What a question for its models gets: its own one, another one, a rejection, or no answer. */
  listing: "own" | "another" | 401 | "none" = "own";

  private constructor(
    readonly answer: string,
    readonly address: string,
    readonly port: number,
    readonly server: Server,
  ) {}

  /** @param address where to listen, for example the engine's gateway, which containers reach. */
  static start(answer: string, address: string): Promise<FakeModel> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, address, () => {
        const model = new FakeModel(answer, address, portOf(server), server);
        server.on("request", (request, response) => {
          model.#answer(request, response).catch((error: unknown) => response.destroy(asError(error)));
        });
        resolve(model);
      });
    });
  }

  get baseUrl(): string {
    return `http://${this.address}:${this.port}/v1`;
  }

  /** The lines of Hermes' config.yaml that make this model the agent's. */
  get configYaml(): string {
    return `model:\n  provider: custom\n  base_url: ${this.baseUrl}\n  default: ${FAKE_MODEL}\n`;
  }

  get chats(): ModelRequest[] {
    return this.requests.filter(({ path }) => path === "/v1/chat/completions");
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?")[0] ?? "";
    this.requests.push({
      method: request.method ?? "",
      path,
      authorization: request.headers.authorization,
      body: await jsonBody(request),
    });
    if (request.method === "POST" && path === "/v1/chat/completions") {
      if (this.silent) return;
      if (typeof this.reply === "number") {
        response.writeHead(this.reply, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: `refused with ${this.reply}`, code: this.reply } }));
        return;
      }
      const asked: Record<string, unknown> = Object(this.chats.at(-1)?.body);
      const message = this.#called(asked) ?? { content: this.#text() };
      if (asked["stream"] === true) this.#stream(response, message);
      else whole(response, message);
    } else if (path === "/v1/models" && this.listing === "none") {
      response.destroy();
    } else {
      const id = this.listing === "another" ? "another" : FAKE_MODEL;
      response.writeHead(this.listing === 401 && path === "/v1/models" ? 401 : 200, {
        "content-type": "application/json",
      });
      response.end(
        JSON.stringify(path === "/v1/models" ? { object: "list", data: [{ id, object: "model" }] } : {}),
      );
    }
  }

  /** A message that calls the tool, if the chat has it and has not called it yet. */
  #called({ tools, messages }: Record<string, unknown>): Message | undefined {
    const has = JSON.stringify(tools ?? []).includes(`"name":"${this.calls}"`);
    const last = Array.isArray(messages) ? Object(messages.at(-1)).role : undefined;
    if (this.calls === undefined || !has || last === "tool") return undefined;
    const call = { name: this.calls, arguments: "{}" };
    return { content: "", tool_calls: [{ index: 0, id: "call_1", type: "function", function: call }] };
  }

  #text(): string {
    if (this.reply === "empty") return "";
    const asked = JSON.stringify(this.chats.at(-1)?.body).match(/Reply with exactly: ([\w-]+)/g) ?? [];
    return this.reply === "repeat" ? (asked.at(-1)?.split(": ")[1] ?? "") : this.answer;
  }

  #stream(response: ServerResponse, { content: text, tool_calls }: Message): void {
    response.setHeader("content-type", "text/event-stream");
    const send = (choice: object, more: object = {}) => {
      const chunk = {
        id: "chatcmpl-fake",
        object: "chat.completion.chunk",
        created: 0,
        model: FAKE_MODEL,
        choices: [{ index: 0, finish_reason: null, ...choice }],
        ...more,
      };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    };
    send({ delta: { role: "assistant", ...(tool_calls && { tool_calls }) } });
    for (const content of text.match(/.{1,4}/gsu) ?? []) send({ delta: { content } });
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    send({ delta: {}, finish_reason: tool_calls ? "tool_calls" : "stop" }, { usage });
    response.end("data: [DONE]\n\n");
  }
}

interface Message {
  readonly content: string;
  readonly tool_calls?: readonly object[];
}

function whole(response: ServerResponse, message: Message): void {
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      id: "chatcmpl-fake",
      object: "chat.completion",
      created: 0,
      model: FAKE_MODEL,
      choices: [
        {
          index: 0,
          message: { role: "assistant", ...message },
          finish_reason: message.tool_calls ? "tool_calls" : "stop",
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    }),
  );
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return text === "" ? undefined : JSON.parse(text);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
