import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CapRoverSandbox } from "cdktf-hermes/testing";
import {
  parseSandboxArguments,
  runSandboxCommand,
  SANDBOX_USAGE,
} from "../../../lib/testing/caprover-sandbox/command";
import { CaptainClient, send } from "../../caprover-contract/captain-client";
import { eventually } from "../../eventually";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-command-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function imagesFile(content: string): string {
  const file = join(directory, "images.json");
  writeFileSync(file, content);
  return file;
}

describe("caprover-sandbox", () => {
  it("the command prints the environment of a client, serves, says what it does not model, and ends at a signal", async () => {
    const lines: string[] = [];
    const images = imagesFile('{"agent:1":{"stopSeconds":3,"logLines":[{"line":"ready"}]}}');
    const args = ["--speed", "50", "--password", "pw", "--images", images];
    let printed = () => {};
    const ready = new Promise<void>((resolve) => {
      printed = resolve;
    });
    const warnings: string[] = [];
    const print = (line: string) => {
      if (lines.push(line) === 3) printed();
    };
    const running = runSandboxCommand(args, print, (line) => warnings.push(line));
    await ready;
    expect(lines).toEqual([
      expect.stringMatching(/^CAPROVER_URL=http:\/\/127\.0\.0\.1:\d+\n$/),
      "CAPROVER_PASSWORD=pw\n",
      "CAPROVER_CLOCK_SPEED=50\n",
    ]);
    const client = new CaptainClient((lines[0] ?? "").trim().replace("CAPROVER_URL=", ""), "pw");
    try {
      await client.logIn();
      expect((await client.register("agent", false)).status).toBe(100);
      expect(warnings).toEqual([]);
      expect((await client.call("GET", "/user/system/netdata")).http).toBe(501);
      expect(warnings).toEqual([
        expect.stringMatching(/^the CapRover sandbox does not model GET .*netdata.*\n$/),
      ]);
      expect(lines).toHaveLength(3);
    } finally {
      process.emit("SIGTERM");
      await running;
    }
    await expect(client.status("agent")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("--help prints the usage", async () => {
    const lines: string[] = [];
    await runSandboxCommand(["--help"], (line) => lines.push(line));
    expect(lines).toEqual([SANDBOX_USAGE]);
  });

  it("--help lists every option", () => {
    const options = SANDBOX_USAGE.match(/^ {2}--[a-z-]+/gm)?.map((option) => option.trim());
    expect(options).toEqual(expect.arrayContaining(["--root-ssl", "--fault", "--images", "--help"]));
    for (const option of options ?? []) {
      // an option that exists is refused for its missing value at most
      expect(() => parseSandboxArguments([option, "--help"])).not.toThrow("Unknown option");
    }
  });

  it.each([
    [["--port", "x"], '--port must be a number, 0 or more; got "x"'],
    [["--port", "70000"], '--port must be a whole number from 0 to 65535; got "70000"'],
    [["--speed", ""], '--speed must be a number, 0 or more; got ""'],
    [["--speed", "0"], '--speed must be a number above 0; got "0"'],
    [["--workers", "node2,,node3"], '--workers must be ids separated by commas; got "node2,,node3"'],
    [["--password", "x".repeat(30)], "--password must have 1 to 29 characters"],
    [["--password", ""], "--password must have 1 to 29 characters"],
    [["--version", "newest"], '--version must be a version such as 1.15.3; got "newest"'],
    [["--root-domain", "http://x"], '--root-domain must be a host name; got "http://x"'],
    [["--foreign-domain", "x/y"], '--foreign-domain must be a host name; got "x/y"'],
    [["--host-directory", "data"], '--host-directory must be an absolute path; got "data"'],
    [["--fault", "500"], "--fault = 500: is not allowed; allowed: an object"],
    [["--fault", "{"], "--fault is not JSON"],
    [["--fault", '{"effect":"fire"}'], '--fault: effect = "fire": is not allowed; allowed: one of "429", '],
    [["--fault", '{"efect":"500"}'], 'did you mean "effect"?'],
    [["--fault", '{"effect":"500","at":"saved"}'], '--fault: at = "saved": is possible with'],
    [["--fault", '{"effect":"500","times":0}'], "--fault: times = 0: is not allowed"],
    [["--no-such"], "no-such"],
    [["--images", "/no/such/file"], "--images /no/such/file can't be read: ENOENT"],
    [["--images", tmpdir()], `--images ${tmpdir()} can't be read: EISDIR`],
  ])("the options %j are refused", (args, message) => {
    expect(() => parseSandboxArguments(args)).toThrow(message);
  });

  it("the options for nodes, domains and certificates become props", () => {
    const domains = ["--foreign-domain", "a.example.test", "--foreign-domain", "b.example.test"];
    const args = [
      "--workers",
      "node2, node3",
      ...domains,
      "--root-ssl",
      "--root-domain",
      "apps.example.test",
    ];
    expect(
      parseSandboxArguments([...args, "--host-directory", "/data", "--version", "1.14.1"]),
    ).toMatchObject({
      workers: ["node2", "node3"],
      foreignDomains: ["a.example.test", "b.example.test"],
      rootSsl: true,
      rootDomain: "apps.example.test",
      hostDirectories: ["/data"],
      version: "1.14.1",
    });
  });

  it.each([
    ["[]", "allowed: a plain object"],
    ["{'a': 1}", "is not JSON"],
    ['{"a:1":{"stopSeconds":"3"}}', 'images.json: "a:1": stopSeconds = "3": is not allowed'],
    ['{"a:1":{"stopSeconds":-1}}', "allowed: a number of at least 0 (seconds)"],
    ['{"a:1":{"sings":true}}', "no such prop; known: hermes, pullSeconds"],
    ['{"a:1":{"stopSecond":3}}', 'did you mean "stopSeconds"?'],
    ['{"a:1":{"exits":{"code":1}}}', "exits.afterSeconds: is missing"],
    ['{"a:1":{"exits":{"afterSeconds":1,"code":300}}}', "a whole number from 0 to 255"],
    ['{"a:1":{"volumes":"/data"}}', "allowed: a list"],
    ['{"a:1":{"logLines":["ready"]}}', "logLines[0]"],
    ['{"a:1":{"logLines":[{"line":"x","stream":"stdin"}]}}', 'one of "stdout", "stderr"'],
    ['{"a:1":{"healthcheck":{"healthyAfterSeconds":"soon"}}}', 'a number of seconds, or "never"'],
    ['{"a:1":{"content":{"/data":"x"}}}', "an object of files, by name"],
    ['{"a:1":{"ports":{"http":"ok"}}}', "names such as 8080"],
    ['{"a:1":{"ports":{"80":{"health":"ok"}}}}', "names such as /health or *"],
    ['{"a:1":{"ports":{"80":{"/":{"status":"200"}}}}}', "a whole number from 100 to 599"],
    ['{"a:1":{"hermes":"newest"}}', "a release of Hermes Agent, such as v2026.7.30"],
    ['{"A B":{}}', "names such as registry.example.com/app:1"],
  ])("the images %s are refused", (content, message) => {
    expect(() => parseSandboxArguments(["--images", imagesFile(content)])).toThrow(message);
  });

  it.each([
    '{"a:1":{"credentials":{"user":"u","password":["s3cret-of-mine"]}}}',
    '{"a:1":{"credentials":{"user":"u","password":"s3cret-of-mine"}}',
  ])("a message about %s does not show the password", (content) => {
    expect(() => parseSandboxArguments(["--images", imagesFile(content)])).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cret-of-mine") }),
    );
  });

  it.each([
    {},
    { "a:1": {} },
    { "registry.example.com:5000/team/app:V1.2-x": { pullSeconds: 0, startSeconds: 1.5, stopSeconds: 2 } },
    { [`app@sha256:${"a".repeat(64)}`]: { pullError: "no space left on device" } },
    { app: { credentials: { user: "u", password: "p" }, exits: { afterSeconds: 0, code: 0 } } },
    { "a:1": { healthcheck: { healthyAfterSeconds: "never", unhealthyAfterSeconds: 3 } } },
    {
      "a:1": {
        healthcheck: { healthyAfterSeconds: 3 },
        volumes: ["/data"],
        content: { "/data": { f: "text" } },
      },
    },
    { "a:1": { logLines: [{ line: "ready" }, { line: "bad", afterSeconds: 2, stream: "stderr" }] } },
    { "a:1": { hermes: "v2026.7.30", stopSeconds: 1, ports: { "80": "hello" } } },
    { "a:1": { ports: { "8080": { "/": "hello", "*": { status: 404 } }, "65535": {} } } },
    {
      "a:1": {
        ports: { "80": { "/h": { body: { status: "ok" }, headers: { "X-A": "1" }, afterSeconds: 1 } } },
      },
    },
  ])("the images %j are accepted", (images) => {
    const parsed = parseSandboxArguments(["--images", imagesFile(JSON.stringify(images))]);
    if (parsed === "help") throw new Error("it is no help");
    expect(Object.keys(parsed.images ?? {})).toEqual(Object.keys(images));
  });

  it("a port in use is told by the option's name", async () => {
    const other = await CapRoverSandbox.start();
    const port = new URL(other.url).port;
    await expect(runSandboxCommand(["--port", port])).rejects.toThrow(`--port ${port} is in use`);
    await other.stop();
  });
});

describe("a running caprover-sandbox", () => {
  let url = "";
  let running: Promise<void>;
  let client: CaptainClient;
  const warnings: string[] = [];
  beforeAll(async () => {
    const images = imagesFile(
      JSON.stringify({
        "app:1": {
          ports: {
            "80": { "/health": { body: { ok: true } }, "/slow": { status: 503, body: "busy" }, "*": "hello" },
            "81": { "/only": "here" },
          },
        },
      }),
    );
    const fault = JSON.stringify({ effect: "500", path: "/user/projects" });
    const args = ["--speed", "100", "--root-ssl", "--images", images, "--fault", fault];
    url = await new Promise<string>((resolve) => {
      const print = (line: string) => {
        if (line.startsWith("CAPROVER_URL=")) resolve(line.trim().slice("CAPROVER_URL=".length));
      };
      running = runSandboxCommand(args, print, (line) => warnings.push(line));
    });
    client = new CaptainClient(url, "captain42");
    await client.logIn();
  });
  afterAll(async () => {
    process.emit("SIGTERM");
    await running;
  });

  /** Fifty simulated seconds: the old container has stopped. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 500));

  async function deploy(appName: string, containerHttpPort: number): Promise<void> {
    const isBuilt = async () => !(await client.status(appName)).data["isAppBuilding"];
    await client.register(appName, false);
    await eventually("the placeholder", 10, async () => (await isBuilt()) || undefined);
    await client.call("PATCH", "/user/apps/appDefinitions/update", { appName, containerHttpPort });
    await client.deployImage(appName, "app:1");
    await settled();
  }

  const visit = (app: string, path: string) =>
    send(`${url}${path}`, "GET", { host: `${app}.apps.localhost` });

  it("images of the file answer on their ports by path", async () => {
    await deploy("web", 80);
    expect(await visit("web", "/health?a=1")).toMatchObject({ http: 200, text: '{"ok":true}' });
    expect(await visit("web", "/slow")).toMatchObject({ http: 503, text: "busy" });
    expect(await visit("web", "/other")).toMatchObject({ http: 200, text: "hello" });
    await client.call("PATCH", "/user/apps/appDefinitions/update", { appName: "web", containerHttpPort: 81 });
    await settled();
    expect(await visit("web", "/only")).toMatchObject({ http: 200, text: "here" });
    expect((await visit("web", "/other")).http).toBe(404);
  });

  it("with --root-ssl an app gets a certificate at once", async () => {
    const answer = await client.call("POST", "/user/apps/appDefinitions/enablebasedomainssl", {
      appName: "web",
    });
    expect(answer).toMatchObject({ status: 100 });
  });

  it("a fault of the command line hits the request that it names, once", async () => {
    expect((await client.call("GET", "/user/projects")).http).toBe(500);
    expect((await client.call("GET", "/user/projects")).status).toBe(100);
  });

  it("faults can be added, counted and dropped while the command runs", async () => {
    const faults = (method: string, body = "") => send(`${url}/sandbox/faults`, method, {}, body);
    const fault = { effect: "429", path: "/user/apps/*", times: 3 };
    expect(await faults("POST", JSON.stringify(fault))).toMatchObject({ http: 200, text: '{"pending":3}\n' });
    expect((await client.call("GET", "/user/apps/appDefinitions")).http).toBe(429);
    expect((await client.call("GET", "/user/projects")).http).toBe(200);
    expect((await faults("GET")).text).toBe('{"pending":2}\n');
    expect((await faults("DELETE")).text).toBe('{"pending":0}\n');
    expect((await client.call("GET", "/user/apps/appDefinitions")).http).toBe(200);
    const refused = await faults("POST", '{"effect":"fire"}');
    expect(refused.http).toBe(400);
    expect(refused.text).toContain("one of");
  });

  it("the server's own page says what it is, how to use it, and which apps there are", async () => {
    const { http, text } = await send(url, "GET");
    expect(http).toBe(200);
    expect(text).toContain("CapRover sandbox");
    expect(text).toContain(`CAPROVER_URL=${url}`);
    expect(text).toContain("captain42");
    expect(text).toContain(`<a href="http://web.apps.localhost:${new URL(url).port}/">`);
    expect(text).toContain("1 of 1 run");
    expect(warnings).toEqual([]);
  });
});
