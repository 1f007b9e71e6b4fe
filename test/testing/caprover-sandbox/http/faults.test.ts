import { Agent, get } from "node:http";
import { CapRoverSandbox, type FaultEffect, PLACEHOLDER_IMAGE } from "cdktf-hermes/testing";
import { type Answer, CaptainClient } from "../../../caprover-contract/captain-client";

let sandbox: CapRoverSandbox;
let client: CaptainClient;

beforeEach(() => start(100));
afterEach(() => sandbox.stop());

async function start(speed: number): Promise<void> {
  sandbox = await CapRoverSandbox.start({ images: { "agent:1": { pullSeconds: 20 } }, speed });
  client = new CaptainClient(sandbox.url, sandbox.password);
  await client.logIn();
  await client.register("agent", false);
  await sandbox.clock.until(() => sandbox.app("agent").running.length > 0, 30);
  await sandbox.clock.advance(10);
}

const describeIt = (description: string) => client.patch("agent", { description });
const saved = () => sandbox.app("agent").definition.description;
const failure = (answer: Promise<Answer>) =>
  answer.then(
    ({ http, status }) => ({ http, status }),
    (error: { code: string }) => error.code,
  );

describe("a fault at the arrival of a request", () => {
  it.each<[FaultEffect, unknown, number | undefined]>([
    ["429", { http: 429, status: 0 }, 429],
    ["500", { http: 500, status: 0 }, 500],
    ["1106", { http: 200, status: 1106 }, 1106],
    ["not placed", { http: 200, status: 1000 }, 1000],
    ["reset", "ECONNRESET", undefined],
  ])("the fault %s at the arrival of a request leaves it undone", async (effect, expected, outcome) => {
    sandbox.faults.inject({ effect, method: "PATCH" });
    expect(await failure(describeIt("new"))).toEqual(expected);
    expect(sandbox.requests.at(-1)?.outcome).toBe(outcome);
    expect(saved()).toBe("");
    expect(await failure(describeIt("new"))).toEqual({ http: 200, status: 100 });
  });

  it("the fault hang leaves a request without an answer", async () => {
    sandbox.faults.inject({ effect: "hang" });
    const answered = failure(describeIt("new")).then(() => "answered");
    expect(await Promise.race([answered, sandbox.clock.sleep(60).then(() => "silence")])).toBe("silence");
    expect(saved()).toBe("");
  });

  it("a function runs, and the request continues", async () => {
    const seen: string[] = [];
    sandbox.faults.inject({ effect: ({ method, path }) => seen.push(`${method} ${path}`) });
    expect((await describeIt("new")).status).toBe(100);
    expect(seen).toEqual(["PATCH /user/apps/appDefinitions/update"]);
  });
});

describe("a fault at the answer", () => {
  it.each<[FaultEffect, unknown]>([
    ["500", { http: 500, status: 0 }],
    ["reset", "ECONNRESET"],
    ["truncated", "ECONNRESET"],
  ])("the fault %s at the answer leaves the work done", async (effect, expected) => {
    sandbox.faults.inject({ effect, at: "answer", method: "PATCH" });
    expect(await failure(describeIt("new"))).toEqual(expected);
    expect(saved()).toBe("new");
  });
});

describe("a fault", () => {
  it("a fault hits the requests of its number, method and path, as many as it says", async () => {
    const next = sandbox.requests.length + 1;
    sandbox.faults.inject({ effect: "500", ordinal: next + 1 });
    sandbox.faults.inject({ effect: "429", path: /\/appDefinitions$/, times: 2 });
    const list = () => client.call("GET", "/user/apps/appDefinitions");
    expect((await client.status("agent")).http).toBe(200);
    expect((await client.status("agent")).http).toBe(500);
    expect([(await list()).http, (await list()).http, (await list()).http]).toEqual([429, 429, 200]);
    expect(sandbox.faults.pending).toBe(0);
  });

  it("cleared faults hit nothing", async () => {
    sandbox.faults.inject({ effect: "500" });
    sandbox.faults.clear();
    expect((await client.status("agent")).http).toBe(200);
  });
});

describe("the record of requests", () => {
  it("each request is recorded with its number, method, path, body and outcome", async () => {
    const before = sandbox.requests.length;
    await describeIt("new");
    expect(sandbox.requests.slice(before)).toEqual([
      {
        ordinal: before + 1,
        method: "PATCH",
        path: "/user/apps/appDefinitions/update",
        body: { appName: "agent", description: "new" },
        at: expect.any(Date),
        outcome: 100,
      },
    ]);
  });
});

/** What a client sees who asks twice a second, without repetitions. */
async function watch(until: () => boolean): Promise<unknown[]> {
  const seen: unknown[] = [];
  while (!until()) {
    const now = await failure(client.status("agent"));
    if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
    await sandbox.clock.advance(0.5);
  }
  return seen;
}

/** A clock that moves almost by `watch` alone, so that a busy machine misses no phase. */
async function slowDown(): Promise<void> {
  await sandbox.stop();
  await start(4);
}

describe("the CapRover server", () => {
  const away = [
    "ECONNRESET",
    { http: 500, status: 0 },
    { http: 200, status: 1001 },
    { http: 200, status: 1106 },
  ];

  it("a server that crashes is unreachable, then fails, then is not ready, and forgets its tokens", async () => {
    await slowDown();
    const end = sandbox.clock.milliseconds() + 35_000;
    const back = sandbox.crashServer();
    expect(await watch(() => sandbox.clock.milliseconds() > end)).toEqual(away);
    await back;
  });

  it("a server that is restarted answers for a while before it is unreachable", async () => {
    await slowDown();
    const end = sandbox.clock.milliseconds() + 45_000;
    const back = sandbox.restartServer();
    expect(await watch(() => sandbox.clock.milliseconds() > end)).toEqual([
      { http: 200, status: 100 },
      ...away,
    ]);
    await back;
  });

  it("a server that crashes loses the deploy it was at: not building, not failed, not deployed", async () => {
    await client.deployImage("agent", "agent:1");
    await sandbox.clock.sleep(2);
    await sandbox.crashServer();
    await client.logIn();
    await sandbox.clock.advance(60);
    expect((await client.status("agent")).data).toMatchObject({ isAppBuilding: false, isBuildFailed: false });
    const { definition, running } = sandbox.app("agent");
    expect(definition.deployedVersion).toBe(0);
    expect(definition.versions.at(-1)).toEqual({ version: 1, timeStamp: expect.any(String) });
    expect(running).toMatchObject([{ spec: { image: PLACEHOLDER_IMAGE } }]);
    expect((await describeIt("writable")).status).toBe(100);
  });

  it("a server that dies between saving and updating leaves the new values saved and the old ones running", async () => {
    sandbox.faults.inject({ effect: "server crash", at: "saved" });
    const before = sandbox.events.length;
    expect(await failure(client.patch("agent", { envVars: [{ key: "A", value: "1" }] }))).toBe("ECONNRESET");
    await sandbox.clock.advance(60);
    expect(sandbox.app("agent").definition.envVars).toEqual([{ key: "A", value: "1" }]);
    expect(sandbox.app("agent").service?.wanted.env).toEqual({});
    expect(sandbox.events.slice(before).filter(({ kind }) => kind === "start")).toEqual([]);
  });

  it("a server that boots prunes the node", async () => {
    await client.patch("agent");
    await sandbox.clock.advance(60);
    const [container] = sandbox.app("agent").running;
    const happened = () =>
      sandbox.events.filter((event) => event.container === container?.name).map(({ kind }) => kind);
    container?.exit(1);
    expect(happened().at(-1)).toBe("die");
    await sandbox.crashServer();
    expect(happened().at(-1)).toBe("destroy");
  });

  it("a reload of nginx drops idle connections", async () => {
    const agent = new Agent({ keepAlive: true });
    let closed = false;
    await new Promise<void>((resolve, reject) => {
      get(`${sandbox.url}/checkhealth`, { agent }, (response) => {
        response.socket.once("close", () => {
          closed = true;
        });
        response.resume().once("end", resolve);
      }).once("error", reject);
    });
    await sandbox.clock.sleep(20);
    expect(closed).toBe(false);
    await describeIt("new");
    await sandbox.clock.until(() => closed, 30);
    agent.destroy();
  });

  it("the health page shows an identifier that changes", async () => {
    const health = () => fetch(`${sandbox.url}/checkhealth`).then((answer) => answer.text());
    const first = await health();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    await sandbox.clock.advance(21);
    expect(await health()).not.toBe(first);
  });
});
