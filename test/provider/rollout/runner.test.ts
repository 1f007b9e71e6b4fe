/** The runner against a CapRover that accepts every change and keeps none. */
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { Captain } from "../../../lib/provider/captain/client";
import { Clock } from "../../../lib/provider/captain/clock";
import type { JsonObject } from "../../../lib/provider/captain/json";
import { AppRunner } from "../../../lib/provider/rollout/runner";
import type { Target } from "../../../lib/provider/rollout/target";
import { formatStamp, newRun, newStamp } from "../../../lib/provider/settings/stamp";
import { createLogger } from "../../../lib/terraform-plugin/log";
import { RUN, SETTINGS } from "./settings";

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
/** What happens at the next write, which then gets HTTP 429. */
let meanwhile: (() => JsonObject) | undefined;
/** What a deploy shows afterwards. */
let deployedBy: (gitHash: string) => JsonObject;

beforeEach(async () => {
  writes = 0;
  meanwhile = undefined;
  let app = APP;
  server = createServer(async (request, response) => {
    const body = await text(request);
    const isWrite = /\/update$|\/appData\//.test(request.url ?? "") && request.method !== "GET";
    if (isWrite) writes++;
    if (isWrite && meanwhile !== undefined) {
      app = meanwhile();
      meanwhile = undefined;
      response.statusCode = 429;
      response.end("Another operation still in progress... please wait...");
      return;
    }
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
    ready: undefined,
    credentials: undefined,
    ...target,
  };
  const remembered = { confirmed: new Set<string>(), sketch: undefined, quietAtServerMs: 0 };
  const { signal } = new AbortController();
  const firstSight = { run: RUN, seen: undefined };
  return new AppRunner(whole, { captain, log, signal, remembered, firstSight }).run();
}

it("an apply fails when CapRover shows another image than the one that was deployed", async () => {
  const source = { image: "agent:2", captainDefinition: "{}", fingerprint: "" };
  const settings = { ...SETTINGS, environment: {}, volumes: [], description: "theirs" };
  deployedBy = (gitHash) => ({ version: 2, deployedImageName: "mirror/agent:2", gitHash, timeStamp: "" });
  await expect(run({ source, settings })).rejects.toThrow(
    "CapRover accepted image of agent, but shows another value",
  );
  expect(writes).toBe(1);
});

it("an apply fails when CapRover accepts a value and then shows another one, and names the setting", async () => {
  await expect(run({})).rejects.toThrow(/accepted description\b.* of agent, but shows another value/);
  expect(writes).toBe(1);
});

it("a run that had to wait for another one's write looks again, and does not write over it", async () => {
  const theirs = newStamp(newRun(Date.now(), ""), Date.now(), 19);
  meanwhile = () => ({ ...APP, tags: [{ tagName: formatStamp(theirs) }] });
  await expect(run({})).rejects.toThrow("Somebody else is changing this app: agent");
  expect(writes).toBe(1);
});
