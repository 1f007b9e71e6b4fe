/** Which port answers for an app: nginx's does. CapRover's own port does not, where every name is CapRover's. */
import { createServer, request } from "node:http";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { readApp } from "../../../lib/provider/captain/app";
import { Captain } from "../../../lib/provider/captain/client";
import { Clock } from "../../../lib/provider/captain/clock";
import { visit } from "../../../lib/provider/rollout/visit";
import { createLogger } from "../../../lib/terraform-plugin/log";

const ROOT = "apps.test";

/** Port 3000 of a real CapRover: no nginx looks at names there. */
async function ownPort(captainUrl: string) {
  const server = createServer(({ method, url, headers }, response) => {
    const options = { method, headers: { ...headers, host: "localhost" }, agent: false };
    request(new URL(url ?? "/", captainUrl), options, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function visitThrough(url: string) {
  const log = createLogger(() => undefined);
  const captain = new Captain({
    url: new URL(url),
    password: "",
    clock: new Clock(),
    timeoutSeconds: 5,
    log,
  });
  const app = readApp({ appName: "agent" });
  return visit(captain, app, ROOT, "/", {}, new AbortController().signal);
}

describe("an app of a CapRover server on loopback", () => {
  let sandbox: CapRoverSandbox;
  beforeAll(async () => {
    sandbox = await CapRoverSandbox.start({ rootDomain: ROOT });
  });
  afterAll(() => sandbox.stop());

  it("an app is asked through the server's port when nginx listens there", async () => {
    expect(await visitThrough(sandbox.url)).toMatchObject({
      url: `http://agent.${ROOT}/`,
      answer: { status: 200, text: expect.stringContaining("Nothing here") },
    });
  });

  it("an app is asked at its own address when the port is CapRover's own, which answers for every name", async () => {
    const port = await ownPort(sandbox.url);
    const visited = await visitThrough(port.url);
    await port.close();
    expect(visited).toEqual({
      url: `http://agent.${ROOT}/`,
      failure: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    });
  });
});
