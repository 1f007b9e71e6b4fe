/** Answers of a server that is faulty, busy or no CapRover. */
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { Captain } from "../../../lib/provider/captain/client";
import { Clock } from "../../../lib/provider/captain/clock";
import { listProjects } from "../../../lib/provider/resources/projects";
import { listRegistries } from "../../../lib/provider/resources/registries";
import { localhostCertificate } from "../../../lib/terraform-plugin/certificate";
import { createLogger } from "../../../lib/terraform-plugin/log";
import { freePort } from "../../engine/ports";

interface Scripted {
  readonly status?: number;
  readonly body: string;
}

const envelope = (data: object): Scripted => ({
  body: JSON.stringify({ status: 100, description: "", data }),
});
const LOGIN = envelope({ token: "a-token" });
const { signal } = new AbortController();

let server: Server | undefined;
afterEach(() => server?.close());

/** @param answer to each request after the login, by the number of earlier ones */
async function captainThat(
  answer: (before: number, path: string) => Scripted,
  login: Scripted = LOGIN,
): Promise<Captain> {
  let asked = 0;
  const made = createServer((request, response) => {
    const path = request.url?.replace("/api/v2", "") ?? "";
    const { status = 200, body } = path === "/login" ? login : answer(asked++, path);
    response.writeHead(status, { "x-powered-by": "Express" }).end(body);
  });
  server = made;
  return captainAt(new URL(`http://localhost:${await portOf(made)}`), 1000);
}

async function portOf(listening: Server): Promise<number> {
  await new Promise<void>((resolve) => listening.listen(0, "localhost", resolve));
  const address = listening.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const captainAt = (url: URL, speed: number) =>
  new Captain({
    url,
    password: "captain42",
    clock: new Clock(speed),
    timeoutSeconds: 5,
    log: createLogger(() => undefined),
  });

describe("an address where no CapRover answers", () => {
  it.each([
    400, 401, 403, 404, 405, 410,
  ])("a login that gets HTTP %d says that this is no CapRover server", async (status) => {
    const captain = await captainThat(() => LOGIN, { status, body: "no" });
    await expect(captain.connect(signal)).rejects.toMatchObject({
      message: expect.stringContaining("does not answer as a CapRover"),
      detail: expect.stringContaining(`HTTP ${status}`),
      path: ["url"],
    });
  });

  it("HTTP 429 and 502 mean a busy or restarting CapRover server, not a wrong address", async () => {
    for (const status of [429, 502]) {
      const captain = await captainThat(() => LOGIN, { status, body: "no" });
      await expect(captain.connect(signal)).rejects.toThrow("can't be reached");
      server?.close();
    }
  });
});

describe("a server that refuses connections", () => {
  /** A clock that counts what is waited, and waits for none of it. */
  class CountingClock extends Clock {
    waitedSeconds = 0;
    override milliseconds(): number {
      return this.waitedSeconds * 1000;
    }
    override async sleep(seconds: number): Promise<void> {
      this.waitedSeconds += seconds;
    }
  }
  const at = (port: number, clock: Clock) =>
    new Captain({
      url: new URL(`http://127.0.0.1:${port}`),
      password: "captain42",
      clock,
      timeoutSeconds: 5,
      log: createLogger(() => undefined),
    });

  it("a server that never answered is given up within 5 seconds, with the address to check", async () => {
    const clock = new CountingClock();
    await expect(at(await freePort(), clock).connect(signal)).rejects.toMatchObject({
      message: expect.stringContaining("can't be reached"),
      detail: expect.stringMatching(/ECONNREFUSED[\s\S]*Check the address/),
      path: ["url"],
    });
    expect(clock.waitedSeconds).toBeLessThan(5);
  });

  it("a server that begins to listen within that time is reached", async () => {
    const port = await freePort();
    const clock = new CountingClock();
    const captain = at(port, clock);
    let tries = 0;
    clock.sleep = async () => {
      if (++tries > 1) return;
      const made = createServer((_request, response) => {
        response.setHeader("x-powered-by", "Express").end(LOGIN.body);
      });
      server = made;
      await new Promise<void>((resolve) => made.listen(port, "127.0.0.1", resolve));
    };
    await captain.connect(signal);
    expect(tries).toBe(1);
  });

  it("a server that has answered, and is replaced for half a minute, is waited for", async () => {
    const clock = new CountingClock();
    const answer = (body: string) =>
      createServer((_request, response) => {
        response.setHeader("x-powered-by", "Express").end(body);
      });
    const first = answer(LOGIN.body);
    const port = await freePort();
    await new Promise<void>((resolve) => first.listen(port, "127.0.0.1", resolve));
    const captain = at(port, clock);
    await captain.connect(signal);
    await new Promise((resolve) => first.close(resolve));
    const second = answer(envelope({ appDefinitions: [] }).body);
    server = second;
    clock.sleep = async (seconds: number) => {
      clock.waitedSeconds += seconds;
      if (clock.waitedSeconds === 30) {
        await new Promise<void>((resolve) => second.listen(port, "127.0.0.1", resolve));
      }
    };
    expect((await captain.apps(signal)).apps.size).toBe(0);
    expect(clock.waitedSeconds).toBe(30);
  });
});

describe("a certificate that is not trusted", () => {
  it("an untrusted certificate is reported at once, with the fix", async () => {
    const { certPem: cert, keyPem: key } = localhostCertificate();
    const made = createSecureServer({ cert, key }, (_request, response) => {
      response.end(LOGIN.body);
    });
    server = made;
    const url = new URL(`https://localhost:${await portOf(made)}`);
    await expect(captainAt(url, 1).connect(signal)).rejects.toMatchObject({
      message: expect.stringContaining("certificate"),
      detail: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
      path: ["url"],
    });
  });
});

describe("an answer without the list that was asked for", () => {
  const lists = [
    ["apps", "appDefinitions", async (captain: Captain) => [...(await captain.apps(signal)).apps.keys()]],
    ["projects", "projects", (captain: Captain) => listProjects(captain, signal)],
    ["registries", "registries", async (captain: Captain) => (await listRegistries(captain, signal)).all],
    ["nodes", "nodes", async (captain: Captain) => [await captain.ownNode(signal)].filter((id) => id !== "")],
  ] as const;

  it.each(lists)("an answer without its list does not mean that there are no %s", async (_what, key, ask) => {
    const captain = await captainThat(() => envelope({}));
    await expect(ask(captain)).rejects.toThrow(/CapRover did not answer when asked to list/);
    server?.close();
    const odd = await captainThat(() => envelope({ [key]: { "0": "not a list" } }));
    await expect(ask(odd)).rejects.toThrow(/CapRover did not answer/);
  });

  it.each(
    lists,
  )("an answer without its list is asked for again, and an empty list of %s is accepted", async (_what, key, ask) => {
    const captain = await captainThat((before) => envelope(before === 0 ? {} : { [key]: [] }));
    expect(await ask(captain)).toEqual([]);
  });
});
