import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { readMultipart, readTar } from "../../../../lib/testing/caprover-sandbox/http/archive";

describe("archives", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "archive-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each([
    ["plain", "-cf"],
    ["gzipped", "-czf"],
  ])("a %s archive is read as tar wrote it", (kind, flags) => {
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

  it("the part of a form is read byte for byte", () => {
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
