/** What a captain answers when something is wrong with it, or with what stands before it. */
import { createServer, type Server } from "node:http";
import { Captain } from "../../lib/provider/captain";
import { Clock } from "../../lib/provider/clock";
import { listProjects } from "../../lib/provider/project-resource";
import { listRegistries } from "../../lib/provider/registry-resource";
import { createLogger } from "../../lib/terraform-plugin/log";

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
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const address = made.address();
  return new Captain({
    url: new URL(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`),
    password: "captain42",
    clock: new Clock(1000),
    timeoutSeconds: 5,
    log: createLogger(() => undefined),
  });
}

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
