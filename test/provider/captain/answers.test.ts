/** What a captain answers when something is wrong with it, or with what stands before it. */
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { Captain } from "../../../lib/provider/captain/client";
import { Clock } from "../../../lib/provider/captain/clock";
import { listProjects } from "../../../lib/provider/resources/projects";
import { listRegistries } from "../../../lib/provider/resources/registries";
import { localhostCertificate } from "../../../lib/terraform-plugin/certificate";
import { createLogger } from "../../../lib/terraform-plugin/log";

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

/** @param answer to each request after the login, by how many there were before */
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

describe("an address that is not the captain's", () => {
  it.each([400, 401, 403, 404, 405, 410])("is told by a login that gets HTTP %d", async (status) => {
    const captain = await captainThat(() => LOGIN, { status, body: "no" });
    await expect(captain.connect(signal)).rejects.toMatchObject({
      message: expect.stringContaining("does not answer as a CapRover"),
      detail: expect.stringContaining(`HTTP ${status}`),
      path: ["url"],
    });
  });

  it("is not told by HTTP 429 or 502, which a busy captain and one that is replaced give", async () => {
    for (const status of [429, 502]) {
      const captain = await captainThat(() => LOGIN, { status, body: "no" });
      await expect(captain.connect(signal)).rejects.toThrow("can't be reached");
      server?.close();
    }
  });
});

describe("a certificate that is not trusted", () => {
  it("is told at once, with what to do about it", async () => {
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

  it.each(lists)("does not mean that there are no %s", async (_what, key, ask) => {
    const captain = await captainThat(() => envelope({}));
    await expect(ask(captain)).rejects.toThrow(/CapRover did not answer when asked to list/);
    server?.close();
    const odd = await captainThat(() => envelope({ [key]: { "0": "not a list" } }));
    await expect(ask(odd)).rejects.toThrow(/CapRover did not answer/);
  });

  it.each(lists)("is asked for again, and an empty list of %s is believed", async (_what, key, ask) => {
    const captain = await captainThat((before) => envelope(before === 0 ? {} : { [key]: [] }));
    expect(await ask(captain)).toEqual([]);
  });
});
