import { CapRoverSandbox } from "cdktf-hermes/testing";

const AGENT = "nousresearch/hermes-agent:v2026.7.30";
let sandbox: CapRoverSandbox;
let token = "";

beforeAll(async () => {
  sandbox = await CapRoverSandbox.start({
    images: {
      [AGENT]: {
        pullSeconds: 20,
        startSeconds: 8,
        stopSeconds: 12,
        volumes: ["/opt/data"],
        onStart: ({ mounts, startedAt }) => mounts["/opt/data"]?.set("state.db", startedAt.toISOString()),
        logLines: [{ afterSeconds: 8, line: "HERMES_DASHBOARD_READY port=9119" }],
        ports: { 9119: ({ path }) => ({ status: 200, body: `Hermes ${path}` }) },
      },
    },
  });
  token = (await call("POST", "/login", { password: sandbox.password })).token;
});
afterAll(() => sandbox.stop());

async function call(method: string, path: string, body: object): Promise<{ token: string }> {
  const answer = await fetch(`${sandbox.url}/api/v2${path}`, {
    method,
    // CapRover's nginx drops idle connections when it reloads
    headers: { "content-type": "application/json", "x-captain-auth": token, connection: "close" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${text}`);
  const { status, description, data } = JSON.parse(text);
  if (status >= 1000) throw new Error(`status ${status}: ${description}`);
  return data;
}

test("the agent runs on its volume, and never twice at a time", async () => {
  const appName = "hermes";
  await call("POST", "/user/apps/appDefinitions/register", { appName, hasPersistentData: true });
  await sandbox.clock.until(() => sandbox.app(appName).running.length === 1, 30);
  await call("PATCH", "/user/apps/appDefinitions/update", {
    appName,
    instanceCount: 0,
    containerHttpPort: 9119,
    volumes: [{ containerPath: "/opt/data", volumeName: "hermes-data" }],
  });
  await sandbox.clock.advance(20);
  const captainDefinitionContent = JSON.stringify({ schemaVersion: 2, imageName: AGENT });
  await call("POST", `/user/apps/appData/${appName}`, { captainDefinitionContent });
  await call("PATCH", "/user/apps/appDefinitions/update", { appName, instanceCount: 1 });
  await sandbox.clock.advance(30);

  const [container] = sandbox.app(appName).running;
  expect(container?.spec.image).toBe(AGENT);
  expect(container?.log.at(-1)?.line).toBe("HERMES_DASHBOARD_READY port=9119");
  expect(sandbox.volume("hermes-data")?.files.has("state.db")).toBe(true);
  expect(sandbox.overlaps).toEqual([]);
  expect(sandbox.unmodelled).toEqual([]);
});
