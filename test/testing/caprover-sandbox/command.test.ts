import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  parseSandboxArguments,
  runSandboxCommand,
  SANDBOX_USAGE,
} from "../../../lib/testing/caprover-sandbox/command";
import { CaptainClient } from "../../caprover-contract/captain-client";

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

  it.each([
    [["--port", "x"], '--port must be a number, 0 or more; got "x"'],
    [["--speed", ""], '--speed must be a number, 0 or more; got ""'],
    [["--workers", "node2,,node3"], '--workers must be ids separated by commas; got "node2,,node3"'],
    [["--no-such"], "no-such"],
    [["--images", "/no/such/file"], "--images /no/such/file: "],
  ])("the options %j are refused", (args, message) => {
    expect(() => parseSandboxArguments(args)).toThrow(message);
  });

  it("the options for nodes and domains become props", () => {
    const domains = ["--foreign-domain", "a.example.test", "--foreign-domain", "b.example.test"];
    expect(parseSandboxArguments(["--workers", "node2, node3", ...domains])).toMatchObject({
      workers: ["node2", "node3"],
      foreignDomains: ["a.example.test", "b.example.test"],
    });
  });

  it.each([
    ["[]", "must be a JSON object of images by reference"],
    ['{"a:1":{"stopSeconds":"3"}}', '"a:1" is not a valid image; allowed: an object of pullSeconds, '],
    ['{"a:1":{"sings":true}}', '"a:1" is not a valid image; allowed: an object of pullSeconds, '],
  ])("the images %s are refused", (content, message) => {
    expect(() => parseSandboxArguments(["--images", imagesFile(content)])).toThrow(message);
  });
});
