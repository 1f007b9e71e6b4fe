import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { hashApr1, verifyApr1 } from "../../../lib/support/apr1";
import { BuildLog, printDate } from "../../../lib/testing/caprover-sandbox/captain/build-log";
import { DEFAULT_NGINX_CONFIG } from "../../../lib/testing/caprover-sandbox/captain/nginx";
import {
  DEFAULT_LIMITS,
  isValidNginx,
  readLimits,
  renderTemplate,
} from "../../../lib/testing/caprover-sandbox/captain/nginx-template";
import { mergeObjects } from "../../../lib/testing/caprover-sandbox/captain/override";
import { frameLogLines } from "../../../lib/testing/caprover-sandbox/engine/log-stream";
import { readSpec } from "../../../lib/testing/caprover-sandbox/engine/service-spec";
import { acceptSpec } from "../../../lib/testing/caprover-sandbox/engine/spec-decoder";
import { readMultipart, readTar } from "../../../lib/testing/caprover-sandbox/http/archive";

describe("apr1", () => {
  it.each([
    ["secret", "PPO3LWfL", "$apr1$PPO3LWfL$By.5joD.CaRI3SWjjZbzx0"],
    ["a longer password, with 33 chars!", "abc", "$apr1$abc$Ba5mCLeSKm8VHpa1l9NYt."],
    ["grün", "12345678", "$apr1$12345678$7L6LFDD6b2xhox/HwMOzI/"],
  ])("hashes %s as OpenSSL does", (password, salt, hash) => {
    expect(hashApr1(password, salt)).toBe(hash);
  });

  it("verifies a password against its own hash and no other", () => {
    const words = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(words, words, (password, other) => {
        const hash = hashApr1(password);
        expect(verifyApr1(password, hash)).toBe(true);
        expect(verifyApr1(other, hash)).toBe(other === password);
      }),
      { numRuns: 20 },
    );
  });

  it.each(["undefined", "", "$apr1$", "$2y$05$abc"])("verifies nothing against %p", (hash) => {
    expect(verifyApr1("undefined", hash)).toBe(false);
  });
});

describe("archives", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "archive-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each([
    ["plain", "-cf"],
    ["gzipped", "-czf"],
  ])("reads what tar has written, %s", (kind, flags) => {
    const source = join(directory, kind);
    const deep = join("d".repeat(60), "e".repeat(60), "file.txt");
    const files: Record<string, string> = {
      "captain-definition": '{"schemaVersion":2}',
      [deep]: "x".repeat(1500),
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), content);
    }
    const archive = join(directory, `${kind}.tar`);
    execFileSync("tar", ["--format=ustar", flags, archive, "-C", source, "."]);
    expect(Object.fromEntries(readTar(readFileSync(archive)))).toEqual(files);
  });

  it("reads the parts of a form, whatever bytes they hold", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const body = Buffer.concat([
          Buffer.from('--b0undary\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n'),
          bytes,
          Buffer.from("\r\n--b0undary--\r\n"),
        ]);
        const part = readMultipart("multipart/form-data; boundary=b0undary", body).get("f");
        expect(part?.equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });
});

describe("logs", () => {
  it("are framed with stream, length in bytes and time of each line", () => {
    const at = new Date("2026-11-21T06:19:31.842Z");
    const framed = frameLogLines([{ at, stream: "stderr", line: "grün" }]);
    const payload = Buffer.from("2026-11-21T06:19:31.842000000Z grün\n");
    expect(framed).toEqual(Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, payload.length]), payload]));
  });

  it("of a build keep the last fifty lines and tell the number of the first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (count) => {
        const log = new BuildLog();
        for (let line = 0; line < count; line++) log.write(`line ${line}`);
        const { lines, firstLineNumber } = log.toJson();
        expect(lines).toHaveLength(50);
        expect(firstLineNumber).toBe(count - 50);
        expect(Array.isArray(lines) && lines.at(-1)).toBe(count === 0 ? "" : `line ${count - 1}`);
      }),
    );
  });

  it("begin with the date as JavaScript prints it", () => {
    expect(printDate(new Date("2026-11-20T22:07:38Z"))).toBe(
      "Fri Nov 20 2026 22:07:38 GMT+0000 (Coordinated Universal Time)",
    );
  });
});

describe("nginx templates", () => {
  it("print variables, run blocks, drop comments", () => {
    const template = "<%# note %><% if (s.on) { %>listen <%- s.port -%>;<% } %>";
    expect(renderTemplate(template, { on: true, port: 80 })).toBe("listen 80;");
    expect(renderTemplate(template, { on: false, port: 80 })).toBe("");
  });

  it("make a configuration that nginx takes out of the default one", () => {
    const variables = { publicDomain: "a.example.test", localDomain: "a", containerHttpPort: 80 };
    const config = renderTemplate(DEFAULT_NGINX_CONFIG, variables);
    expect(config).toContain("set $upstream http://a:80;");
    expect(isValidNginx(config)).toBe(true);
  });

  it("tell how long nginx waits and how much it takes", () => {
    expect(readLimits("proxy_read_timeout 1h; # proxy_read_timeout 5;\nclient_max_body_size 2g;")).toEqual({
      readSeconds: 3600,
      bodyBytes: 2 ** 31,
    });
    expect(readLimits(DEFAULT_NGINX_CONFIG)).toEqual(DEFAULT_LIMITS);
    expect(readLimits("")).toEqual({ readSeconds: 60, bodyBytes: 2 ** 20 });
  });

  it.each(["<% throw 1 %>", "<% open", "<%= missing.value %>"])("can't be rendered: %s", (template) => {
    expect(() => renderTemplate(template, {})).toThrow();
  });

  it.each([
    ["server { listen 80; }", true],
    ["# a { comment\nserver { location / { proxy_pass http://x; } }", true],
    ['add_header X "a { b";', true],
    ["server { listen 80 }", false],
    ["server { listen 80;", false],
    ["listen 80; }", false],
  ])("%s: %s", (config, valid) => {
    expect(isValidNginx(config)).toBe(valid);
  });
});

describe("the override's merge", () => {
  it("merges objects, replaces arrays and scalars, and can't remove an object", () => {
    const base = { a: { b: 1, list: [1, 2], keep: "k" }, scalar: "s" };
    const over = { a: { b: 2, list: [3], extra: { x: 1 } }, scalar: null };
    expect(mergeObjects(base, over)).toEqual({ a: { b: 2, list: [3], keep: "k", extra: { x: 1 } } });
    expect(mergeObjects(base, { a: null })).toEqual(base);
    expect(mergeObjects(base, { a: {} })).toEqual(base);
  });
});

describe("a service spec", () => {
  const withContainer = (container: Record<string, string | number | boolean | string[]>) =>
    acceptSpec({ TaskTemplate: { ContainerSpec: container } });

  it("gets Swarm's defaults", () => {
    expect(readSpec(withContainer({ Image: "x" }))).toMatchObject({
      stopGraceSeconds: 10,
      restart: { condition: "any", delaySeconds: 5, maxAttempts: 0 },
      update: { order: "stop-first", failureAction: "pause", monitorSeconds: 5 },
      healthcheck: "image",
    });
  });

  it("loses keys that the engine does not know", () => {
    expect(JSON.stringify(withContainer({ Image: "x", Nonsense: true }))).not.toContain("Nonsense");
  });

  it.each([
    [
      { Args: "run" },
      "cannot unmarshal string into Go struct field ContainerSpec.TaskTemplate.ContainerSpec.Args of type []string",
    ],
    [
      { StopGracePeriod: "60s" },
      "cannot unmarshal string into Go struct field ContainerSpec.TaskTemplate.ContainerSpec.StopGracePeriod of type int64",
    ],
    [
      { Init: 1 },
      "cannot unmarshal number into Go struct field ContainerSpec.TaskTemplate.ContainerSpec.Init of type bool",
    ],
  ])("is refused with a wrong type: %j", (container, message) => {
    expect(() => withContainer(container)).toThrow(message);
  });

  it("is refused with less than 4 MiB of memory", () => {
    const Resources = { Limits: { MemoryBytes: 4_000_000 } };
    expect(() => acceptSpec({ TaskTemplate: { Resources } })).toThrow("Must be at least 4MiB");
  });
});
