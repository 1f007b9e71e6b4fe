import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { HermesImage, type ImageFile, type WrapperImageProps } from "../../lib";
import { bytesOf } from "../../lib/hermes/wrapper-context";
import { newStack, refusalOf, rulesOf, temporaryFolder, warningsOf } from "../agents";

const TOOL = "#!/bin/sh\necho tool\n";
const SHA256 = createHash("sha256").update(TOOL).digest("hex");
const OTHER = "0".repeat(64);
const URL = "https://example.com/tool-1.2.3";

function wrapper(props: Partial<WrapperImageProps>): HermesImage {
  return HermesImage.wrapper(newStack(), "image", { release: "v0.21.6", baseRevision: "1", ...props });
}

const withFile = (path: string, file: ImageFile) => wrapper({ copy: { [path]: file } });

function dockerfileOf(image: HermesImage): string {
  const [dockerfile] = image.context?.files ?? [];
  return dockerfile === undefined ? "" : bytesOf(dockerfile).toString();
}

function localFile(content: string | Buffer): string {
  const file = join(temporaryFolder(), "tool");
  writeFileSync(file, content);
  return file;
}

describe("a file of this machine in an image", () => {
  test("the image gets the file's bytes, and its tag changes with them", () => {
    const bytes = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0x00, 0xfe]);
    const image = withFile("/usr/local/bin/tool", { file: localFile(bytes) });
    expect(image.context?.files).toContainEqual({ path: "copied/1-tool", mode: 0o755, content: bytes });
    expect(dockerfileOf(image)).toContain("COPY copied/1-tool /usr/local/bin/tool\n");
    const other = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0x00, 0xfd]);
    expect(withFile("/usr/local/bin/tool", { file: localFile(other) }).reference).not.toBe(image.reference);

    const folder = temporaryFolder();
    image.writeContext(folder);
    expect(readFileSync(join(folder, "copied/1-tool"))).toEqual(bytes);
    wrapper({}).writeContext(folder);
    expect(() => statSync(join(folder, "copied/1-tool"))).toThrow("ENOENT");
  });

  test("a file that is no program is not executable", () => {
    const image = withFile("/etc/tool.conf", { file: localFile("x"), executable: false });
    expect(image.context?.files).toContainEqual(
      expect.objectContaining({ path: "copied/1-tool.conf", mode: 0o644 }),
    );
  });

  test.each([
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nMIIB\n", undefined],
    ["a token in a text", `export GH_TOKEN=ghp_${"a1B2".repeat(9)}\n`, "secret-in-text"],
  ])("a file with %s is refused, and its content is not shown", (_, content, rule) => {
    const refused = refusalOf(() => withFile("/etc/tool", { file: localFile(content) }));
    expect(refused.problems.map(({ prop }) => prop)).toEqual(['copy["/etc/tool"].file']);
    expect(rulesOf(refused).length > 0).toBe(rule !== undefined);
    expect(refused.message).not.toMatch(/MIIB|a1B2/);
  });

  test("a file that is missing is named", () => {
    expect(refusalOf(() => withFile("/etc/tool", { file: "/nowhere/tool" })).message).toContain(
      'copy["/etc/tool"].file = "/nowhere/tool": cannot be read (ENOENT)',
    );
  });
});

describe("a file that the build downloads", () => {
  /** Runs the step with a curl that brings the tool, on a machine of that architecture. */
  function build(image: HermesImage, architecture = "amd64") {
    const folder = temporaryFolder();
    const programs = join(folder, "programs");
    mkdirSync(programs);
    const program = (name: string, text: string) =>
      writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    writeFileSync(join(folder, "served"), TOOL);
    program("dpkg", `echo ${architecture}`);
    program(
      "curl",
      `for last; do :; done; echo "$last" > ${folder}/asked; while [ "$1" != -o ]; do shift; done; cat ${folder}/served > "$2"`,
    );
    const [step = ""] = /^RUN mkdir -p \/usr\/local\/bin[\s\S]*?\n(?!\s&&)/m.exec(dockerfileOf(image)) ?? [];
    const script = step.replace(/^RUN /, "").replaceAll("/usr/local", folder);
    const { status } = spawnSync("sh", ["-c", script], {
      env: { PATH: `${programs}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    return {
      status,
      file: join(folder, "bin/tool"),
      asked: () => readFileSync(join(folder, "asked"), "utf8").trim(),
    };
  }
  const tool = (file: ImageFile) => withFile("/usr/local/bin/tool", file);

  test("the build takes the file that has the hash, and fails for any other", () => {
    const good = build(tool({ url: URL, sha256: SHA256 }));
    expect(good.status).toBe(0);
    expect(good.asked()).toBe(URL);
    expect(execFileSync(good.file, { encoding: "utf8" })).toBe("tool\n");
    expect(build(tool({ url: URL, sha256: OTHER })).status).not.toBe(0);
  });

  test("each platform gets its own file, and a platform without one fails the build", () => {
    const image = tool({
      platforms: {
        "linux/amd64": { url: `${URL}-amd64`, sha256: SHA256 },
        "linux/arm64": { url: `${URL}-arm64`, sha256: SHA256 },
      },
    });
    for (const architecture of ["amd64", "arm64"]) {
      const built = build(image, architecture);
      expect([built.status, built.asked()]).toEqual([0, `${URL}-${architecture}`]);
    }
    expect(build(image, "riscv64").status).not.toBe(0);
  });

  test("every part of a download is part of the image's tag", () => {
    const all = [
      { url: URL, sha256: SHA256 },
      { url: `${URL}x`, sha256: SHA256 },
      { url: URL, sha256: OTHER },
      { url: URL, sha256: SHA256, executable: false },
      { platforms: { "linux/amd64": { url: URL, sha256: SHA256 } } },
    ].map((file) => tool(file).reference);
    expect(new Set(all).size).toBe(all.length);
  });
});

test("any command reaches the shell as it is written, with its quotes, line ends and backslashes", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => /\S/.test(text)),
      (text) => {
        const lines = dockerfileOf(
          wrapper({ run: [`printf '%s' ${JSON.stringify(text).replaceAll("$", "x")}`] }),
        )
          .split("\n")
          .filter((line) => line.startsWith("RUN ["));
        expect(lines).toHaveLength(1);
        const [shell, flags, command] = JSON.parse(lines[0]?.slice("RUN ".length) ?? "");
        expect([shell, flags]).toEqual(["/bin/sh", "-ec"]);
        expect(command).toBe(`printf '%s' ${JSON.stringify(text).replaceAll("$", "x")}`);
      },
    ),
    { numRuns: 30 },
  );
});

test("commands run after files and packages, and before what the boot needs", () => {
  const text = dockerfileOf(
    wrapper({
      aptPackages: ["jq"],
      copy: { "/tmp/tool.tar": { url: URL, sha256: SHA256 } },
      run: ["tar -xf /tmp/tool.tar -C /opt", "rm /tmp/tool.tar"],
    }),
  );
  const order = ["apt-get", "curl -q", "tar -xf", "rm /tmp/tool.tar", "cont-init.d", "CMD"].map((part) =>
    text.indexOf(part),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test.each<[string, object]>([
  ['copy["usr/bin/x"]', { copy: { "usr/bin/x": { file: "x" } } }],
  ['copy["/usr/../x"]', { copy: { "/usr/../x": { file: "x" } } }],
  ['copy["/usr/bin/"]', { copy: { "/usr/bin/": { file: "x" } } }],
  ['copy["/usr/bin/x y"]', { copy: { "/usr/bin/x y": { file: "x" } } }],
  ['copy["/usr/bin/x"].url', { copy: { "/usr/bin/x": { url: "http://example.com/x", sha256: SHA256 } } }],
  [
    'copy["/usr/bin/x"].url',
    { copy: { "/usr/bin/x": { url: "https://example.com/' -o /x", sha256: SHA256 } } },
  ],
  ['copy["/usr/bin/x"].sha256', { copy: { "/usr/bin/x": { url: URL, sha256: "abc" } } }],
  ['copy["/usr/bin/x"]', { copy: { "/usr/bin/x": { url: URL } } }],
  ['copy["/usr/bin/x"]', { copy: { "/usr/bin/x": { file: "x", url: URL, sha256: SHA256 } } }],
  ['copy["/usr/bin/x"].platforms', { copy: { "/usr/bin/x": { platforms: {} } } }],
  ["run[0]", { run: [" "] }],
  ["run[0]", { run: ["${var.step}"] }],
])("a file without a hash or a place, and an empty command, are refused: %s", (prop, props) => {
  const [problem] = refusalOf(() => wrapper(props)).problems;
  expect(problem?.prop.startsWith(prop)).toBe(true);
});

test.each([
  "/opt/data/bin/tool",
  "/opt/hermes/tool",
  "/etc/hermes/config.yaml",
  "/usr/local/bin",
  "/usr/local/bin/hermes",
  "/usr/local/lib/cdktf-hermes/boot",
  "/etc/cont-init.d/012-cdktf-hermes-ownership",
  "/init",
  "/run/service/x",
  "/bin",
])("a file at %s is refused", (path) => {
  const refused = refusalOf(() => withFile(path, { url: URL, sha256: SHA256 }));
  expect(rulesOf(refused)).toEqual(["image-copy-place"]);
});

test.each([
  "/usr/local/bin/tool",
  "/usr/bin/tool",
  "/bin/tool",
  "/opt/tool/tool",
  "/etc/tool.conf",
  "/etc/cont-init.d/020-tool",
  "/usr/local/share/fonts/a+b_c.ttf",
  "/tmp/tool.tar.gz",
  "/tool",
])("a file at %s is accepted", (path) => {
  expect(warningsOf(withFile(path, { url: URL, sha256: SHA256 }))).toEqual([]);
});

test.each([
  "curl -fsSL https://example.com/i.sh | sh",
  "wget -q example.com/tool",
  "cd /opt && curl -O example.com/tool",
  "git clone https://github.com/acme/tool",
  "pip install https://example.com/tool.whl",
])("a command that may bring something else tomorrow causes a warning: %s", (command) => {
  expect(warningsOf(wrapper({ run: [command] })).join()).toContain("image-run-unpinned");
});

test.each([
  "apt-get install -y curl wget",
  "useradd tool",
  `curl -fsSLo /x https://example.com/x && echo '${OTHER}  /x' | sha256sum -c -`,
  `git clone https://github.com/acme/tool && git -C tool checkout ${"a1".repeat(20)}`,
  "pip install --require-hashes -r https://example.com/r.txt",
  "tar -xzf /tmp/tool.tar.gz -C /usr/local/bin && rm /tmp/tool.tar.gz",
  "echo 'curl ' > /etc/words",
])("a command that always does the same causes no warning: %s", (command) => {
  expect(warningsOf(wrapper({ run: [command] }))).toEqual([]);
});

test("an image says which release it is of", () => {
  expect(dockerfileOf(wrapper({}))).toContain('LABEL cdktf-hermes.release="v0.21.6"\n');
});
