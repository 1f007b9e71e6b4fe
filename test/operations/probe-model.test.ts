/** How the probe asks the model of a profile, on a folder in the place of the data. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tokenProofs } from "../../lib/operations/observe";
import { inPlace, MAIN, probed, profile, python } from "./probing";

describe("the model of a profile", () => {
  /** The API server of a gateway that serves all, and of one of its own. */
  let api: Server;
  let port: number;
  const asked: string[] = [];
  beforeAll(async () => {
    api = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      let body = "";
      request.on("data", (part) => {
        body += String(part);
      });
      request.on("end", () => {
        const content = /exactly: (\w+)/.exec(body)?.[1];
        response.end(JSON.stringify({ choices: [{ message: { content } }] }));
      });
    });
    await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
    port = (api.address() as AddressInfo).port;
  });
  afterAll(() => api.close());
  beforeEach(() => {
    asked.length = 0;
  });

  const QUESTION = { nonce: "nonce77", askSeconds: 20, ask: true };
  const RUNS = { before: "profile_runs = lambda name: True" };
  const FILES = {
    ...profile("work"),
    ".env": "API_SERVER_KEY=key-of-default\n",
    "profiles/work/.env": "API_SERVER_KEY=key-of-work\n",
  };

  test("is asked through its own API server, with its own key", async () => {
    const profiles = { work: { ownGateway: true, apiPort: port, tokens: [] } };
    const place = { ...RUNS, asked: { ...QUESTION, apiPort: 9, profiles } };
    expect(await probed('answer("work")', FILES, place)).toEqual({
      by: "gateway",
      exact: true,
      text: "nonce77",
    });
    expect(asked).toEqual(["/v1/chat/completions Bearer key-of-work"]);
  });

  test("is asked through the gateway that serves all, below its path and with the agent's key", async () => {
    const profiles = { work: { ownGateway: false, tokens: [] } };
    const place = { ...RUNS, asked: { ...QUESTION, apiPort: port, profiles } };
    expect(await probed('answer("work")', FILES, place)).toMatchObject({ by: "gateway", exact: true });
    expect(asked).toEqual(["/p/work/v1/chat/completions Bearer key-of-default"]);
  });

  test("is asked by a process of its own where no API server answers for it", async () => {
    const profiles = { work: { ownGateway: true, tokens: [] } };
    const before = `${RUNS.before}
HERMES = "/bin/echo"
runtime_user = lambda: pwd.getpwuid(os.getuid())`;
    const place = { before, asked: { ...QUESTION, apiPort: port, profiles } };
    expect(await probed('answer("work")', FILES, place)).toEqual({
      by: "cli",
      exact: false,
      text: "-p work -z Reply with exactly: nonce77 -t todo",
    });
    expect(asked).toEqual([]);
  });

  test("is not asked while its gateway does not run", async () => {
    const profiles = { work: { ownGateway: true, apiPort: port, tokens: [] } };
    expect(await probed('answer("work")', FILES, { pids: [], asked: { ...QUESTION, profiles } })).toEqual({
      unseen: "its gateway does not run",
    });
  });

  test("is not asked where a question would copy the default profile's login", async () => {
    const profiles = { work: { ownGateway: true, apiPort: port, tokens: [] } };
    const files = {
      ...FILES,
      "profiles/work/config.yaml": "model: {provider: openai-codex, default: gpt-5.5}\n",
    };
    expect(await probed('answer("work")', files, { ...RUNS, asked: { ...QUESTION, profiles } })).toEqual({
      unseen: expect.stringContaining("no Codex login of its own"),
    });
    expect(asked).toEqual([]);
  });

  test("is read from the profile's own config.yaml", async () => {
    const files = {
      ...FILES,
      "config.yaml": "model: {provider: zai, default: glm-5}\n",
      "profiles/work/config.yaml": "model: {provider: openrouter, default: qwen3}\n",
    };
    expect(await probed('[model(), model(home_of("work"))]', files)).toEqual([
      { provider: "zai", name: "glm-5", written: true },
      { provider: "openrouter", name: "qwen3", written: true },
    ]);
  });

  test("and its tokens are in the answer of the whole probe, beside those of the default one, without a secret", async () => {
    const rows = tokenProofs(["slack"]).map((row) => ({ ...row, url: `http://127.0.0.1:${port}/slack` }));
    const secret = "xoxb-secret-of-work";
    const files = {
      ...FILES,
      "profiles/work/.env": `API_SERVER_KEY=key-of-work\nSLACK_BOT_TOKEN=${secret}\nSLACK_APP_TOKEN=xapp-secret-of-work\n`,
      "profiles/work/config.yaml": "model: {provider: zai, default: glm-5, api_key: literal-of-work}\n",
      "profiles/work/gateway_state.json": JSON.stringify({
        platforms: { slack: { state: "retrying", error_message: `no ${secret} and literal-of-work` } },
      }),
    };
    const { program, argument } = inPlace(files, {
      ...RUNS,
      asked: {
        ...QUESTION,
        tokens: rows,
        logPatterns: [],
        volumeWins: [],
        profiles: { work: { ownGateway: true, apiPort: port, tokens: rows } },
      },
    });
    const said = await python(`import sys; sys.argv = ["probe", ${JSON.stringify(argument)}]
${program}
runtime_user = lambda: pwd.getpwuid(os.getuid())
${MAIN}`);
    const seen = JSON.parse(said.trim().split("\n").at(-1) ?? "");
    expect(seen).toMatchObject({
      tokens: { SLACK_BOT_TOKEN: { accepted: false, error: "the container does not have it" } },
      profiles: [
        {
          name: "work",
          model: { provider: "zai", name: "glm-5" },
          answer: { by: "gateway", exact: true },
          tokens: { SLACK_BOT_TOKEN: { accepted: true }, SLACK_APP_TOKEN: { accepted: true } },
          platforms: { slack: { state: "retrying", errorMessage: "no *** and ***" } },
        },
      ],
    });
    expect(asked).toContain(`/slack Bearer ${secret}`);
  });
});
