/** The runner against a captain that takes everything and keeps nothing. */
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { Captain } from "../../../lib/provider/captain/client";
import { Clock } from "../../../lib/provider/captain/clock";
import type { JsonObject } from "../../../lib/provider/captain/json";
import { AppRunner, type Target } from "../../../lib/provider/rollout/runner";
import { createLogger } from "../../../lib/terraform-plugin/log";
import { SETTINGS } from "./settings";

const APP: JsonObject = {
  appName: "agent",
  isLegacyAppName: false,
  instanceCount: 1,
  description: "theirs",
  versions: [{ version: 1, deployedImageName: "agent:1", timeStamp: "" }],
  deployedVersion: 1,
};

let server: Server;
let writes: number;
/** What a deploy shows afterwards. */
let deployedBy: (gitHash: string) => JsonObject;

beforeEach(async () => {
  writes = 0;
  let app = APP;
  server = createServer(async (request, response) => {
    const body = await text(request);
    if (/\/update$|\/appData\//.test(request.url ?? "") && request.method !== "GET") writes++;
    if (request.method === "POST" && request.url?.includes("/appData/")) {
      app = { ...APP, versions: [deployedBy(JSON.parse(body).gitHash)], deployedVersion: 2 };
    }
    const data = request.url?.endsWith("/login") ? { token: "t" } : { appDefinitions: [app] };
    response.setHeader("x-powered-by", "Express");
    response.end(JSON.stringify({ status: 100, description: "ok", data }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function run(target: Partial<Target>): Promise<unknown> {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const log = createLogger(() => undefined);
  const captain = new Captain({
    url: new URL(`http://127.0.0.1:${port}`),
    password: "p",
    clock: new Clock(100),
    timeoutSeconds: 10,
    log,
  });
  const whole: Target = {
    appName: "agent",
    persistent: false,
    settings: { ...SETTINGS, environment: {}, volumes: [], description: "ours" },
    source: undefined,
    hasStartLine: false,
    longestStopSeconds: 0,
    ready: { logLine: null, failureLogLine: null, http: null, timeoutSeconds: 0 },
    credentials: undefined,
    ...target,
  };
  const remembered = { confirmed: new Set<string>(), sketch: undefined, quietAtServerMs: 0 };
  return new AppRunner(whole, { captain, log, signal: new AbortController().signal, remembered }).run();
}

it("stops where an image is deployed and another one shows", async () => {
  const source = { image: "agent:2", captainDefinition: "{}", fingerprint: "" };
  const settings = { ...SETTINGS, environment: {}, volumes: [], description: "theirs" };
  deployedBy = (gitHash) => ({ version: 2, deployedImageName: "mirror/agent:2", gitHash, timeStamp: "" });
  await expect(run({ source, settings })).rejects.toThrow(
    "CapRover took image of agent, and shows something else",
  );
  expect(writes).toBe(1);
});

it("stops where a value is taken and then shown otherwise, and names what it is", async () => {
  await expect(run({})).rejects.toThrow(/took description\b.* of agent, and shows something else/);
  expect(writes).toBe(1);
});
