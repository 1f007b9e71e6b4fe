import { request } from "node:http";
import { request as secureRequest } from "node:https";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  objectsAt,
  stringAt,
} from "../../lib/testing/caprover-sandbox/engine/json";

export interface Answer {
  readonly http: number;
  /** `status` of the body; 0 when the body is not JSON. */
  readonly status: number;
  readonly description: string;
  readonly data: JsonObject;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Sends one request on a connection of its own. */
export function send(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const start = url.startsWith("https:") ? secureRequest : request;
    const sent = start(
      url,
      { method, headers: { ...headers, connection: "close" }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const json = parse(text);
          resolve({
            http: response.statusCode ?? 0,
            status: Number(json["status"] ?? 0),
            description: stringAt(json, "description"),
            data: isJsonObject(json["data"]) ? json["data"] : {},
            text,
            headers: response.headers,
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** As much of a client as the tests need. */
export class CaptainClient {
  private token = "";

  constructor(
    readonly url: string,
    private readonly password: string,
  ) {}

  async logIn(): Promise<void> {
    const { data } = await this.call("POST", "/login", { password: this.password }, { "x-captain-auth": "" });
    this.token = stringAt(data, "token");
  }

  call(
    method: string,
    path: string,
    body?: Json,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return send(
      `${this.url}/api/v2${path}`,
      method,
      {
        "x-namespace": "captain",
        "x-captain-auth": this.token,
        "content-type": "application/json",
        ...headers,
      },
      body === undefined ? "" : JSON.stringify(body),
    );
  }

  /** Sends a body that is not JSON. */
  callRaw(method: string, path: string, body: Buffer, contentType: string): Promise<Answer> {
    const headers = { "x-captain-auth": this.token, "content-type": contentType };
    return send(`${this.url}/api/v2${path}`, method, headers, body);
  }

  patch(appName: string, settings: JsonObject = {}): Promise<Answer> {
    return this.call("PATCH", "/user/apps/appDefinitions/update", { ...settings, appName });
  }

  post(appName: string, settings: JsonObject = {}): Promise<Answer> {
    return this.call("POST", "/user/apps/appDefinitions/update", { ...settings, appName });
  }

  register(appName: string, hasPersistentData: boolean): Promise<Answer> {
    const body = { appName, projectId: "", hasPersistentData };
    return this.call("POST", "/user/apps/appDefinitions/register?detached=1", body);
  }

  deploy(appName: string, definition: Json, query = "?detached=1"): Promise<Answer> {
    const body = { captainDefinitionContent: JSON.stringify(definition), gitHash: "" };
    return this.call("POST", `/user/apps/appData/${appName}${query}`, body);
  }

  deployImage(appName: string, imageName: string, query?: string): Promise<Answer> {
    return this.deploy(appName, { schemaVersion: 2, imageName }, query);
  }

  status(appName: string): Promise<Answer> {
    return this.call("GET", `/user/apps/appData/${appName}`);
  }

  async app(appName: string): Promise<JsonObject | undefined> {
    const { data } = await this.call("GET", "/user/apps/appDefinitions");
    return objectsAt(data, "appDefinitions").find((app) => app["appName"] === appName);
  }
}

function parse(text: string): JsonObject {
  try {
    const json: unknown = JSON.parse(text);
    return isJsonObject(json) ? json : {};
  } catch {
    return {};
  }
}
