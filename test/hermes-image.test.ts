import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HermesImage, type WrapperImageProps } from "../lib";
import { newStack, refusalOf, rulesOf, temporaryFolder, warningsOf } from "./agents";

const DIGEST = `sha256:${"ab".repeat(32)}`;

function registry(props: Parameters<typeof HermesImage.registry>[2]) {
  return HermesImage.registry(newStack(), "image", props);
}

function wrapper(props: Partial<WrapperImageProps> = {}) {
  return HermesImage.wrapper(newStack(), "image", { release: "v0.21.6", baseDigest: DIGEST, ...props });
}

describe("an image of a registry", () => {
  test("an image of a registry is upstream's unless another repository is named", () => {
    expect(registry({ tag: "v0.21.6" }).reference).toBe("nousresearch/hermes-agent:v0.21.6");
    const own = registry({
      repository: "ghcr.io:443/acme/hermes",
      tag: "sha-0123456",
      release: "v2026.7.30",
    });
    expect(own.reference).toBe("ghcr.io:443/acme/hermes:sha-0123456");
    expect(own.release).toMatchObject({ tag: "v2026.7.30", generation: "s6" });
  });

  test("an image may be pinned by digest alone if the release is named", () => {
    const image = registry({ digest: DIGEST, release: "v0.21.6" });
    expect(image.reference).toBe(`nousresearch/hermes-agent@${DIGEST}`);
  });

  test.each([
    "nousresearch/hermes-agent",
    "docker.io/nousresearch/hermes-agent",
    "index.docker.io/nousresearch/hermes-agent",
    "registry-1.docker.io/nousresearch/hermes-agent",
  ])("upstream's retired tags are refused in every spelling of the repository: %s", (repository) => {
    const action = () => registry({ repository, tag: "sha-0123456", release: "v0.21.6" });
    expect(rulesOf(refusalOf(action))).toEqual(["image-tag-obsolete"]);
  });

  test.each([
    undefined,
    "latest",
    "main",
    "stable",
    "latest-desktop",
    "main-arm64",
    "nightly",
    "v0.22",
    "0",
  ])("a tag that moves counts as the newest release: %s", (tag) => {
    const acknowledge = { "image-floating-tag": "a throw-away agent" };
    const image = registry({ ...(tag !== undefined && { tag }), acknowledge });
    expect(image.release.generation).toBe("dispatch");
    expect(warningsOf(image)).toEqual([]);
  });

  test.each<[object]>([
    [{ tag: "0.22.1" }],
    [{ tag: "v0.22.1-amd64" }],
    [{ tag: "v2026.8.27-arm64" }],
    [{ tag: "latest", digest: DIGEST, release: "0.22.1" }],
    [{ tag: "v0.22", digest: DIGEST, release: "v0.22.1-amd64" }],
    [{ repository: "ghcr.io/acme/hermes", tag: "128", release: "v0.21.6" }],
    [{ repository: "ghcr.io/acme/hermes", tag: "1.4", release: "v0.21.6" }],
    [{ repository: "ghcr.io/acme/hermes", tag: "sha-0123456", release: "v0.21.6" }],
  ])("a tag that names one image for good is accepted: %j", (props) => {
    expect(warningsOf(registry(props))).toEqual([]);
  });

  test.each<[string, object]>([
    ["a missing tag", {}],
    ["latest", { tag: "latest" }],
    ["the desktop's main", { tag: "main-desktop" }],
    ["a nightly build of one platform", { tag: "nightly-amd64", release: "v0.21.6" }],
    ["upstream's v0.22", { tag: "v0.22", release: "v0.22.1" }],
    [
      "latest of a private repository",
      { repository: "ghcr.io/acme/hermes", tag: "latest", release: "v0.21.6" },
    ],
  ])("%s is refused without a digest", (_, props) => {
    expect(rulesOf(refusalOf(() => registry(props)))).toEqual(["image-floating-tag"]);
  });

  test.each<[string, object]>([
    ["repository", { repository: "acme/hermes:v1", tag: "v0.21.6" }],
    ["repository", { repository: "https://ghcr.io/acme/hermes", tag: "v0.21.6" }],
    ["repository", { repository: "acme//hermes", tag: "v0.21.6" }],
    ["tag", { tag: "-x" }],
    ["tag", { tag: "a b" }],
    ["tag", { tag: "x".repeat(129) }],
    ["tag", { tag: "${var.tag}" }],
    ["digest", { tag: "v0.21.6", digest: "sha256:abc" }],
    ["digest", { tag: "v0.21.6", digest: DIGEST.toUpperCase() }],
    ["release", { tag: "mine", release: "latest" }],
    ["release", { tag: "mine", release: "v2026.13.1" }],
    ["release", { tag: "latest", digest: DIGEST }],
    ["release", { digest: DIGEST }],
    ["provider", { tag: "v0.21.6", provider: {} }],
  ])("a malformed %s is refused: %j", (prop, props) => {
    expect(refusalOf(() => registry(props)).problems.map((problem) => problem.prop)).toEqual([prop]);
  });

  test("an image of a registry has no build context", () => {
    expect(refusalOf(() => registry({ tag: "v0.21.6" }).writeContext(temporaryFolder())).message).toContain(
      "use HermesImage.wrapper",
    );
  });
});

describe("a wrapper", () => {
  test("a wrapper is named by the hash of its context, so that every change leads to another image", () => {
    const [plain, same, codex] = [wrapper(), wrapper(), wrapper({ codexVersion: "0.1.0" })];
    expect(plain.reference).toMatch(/^localhost\/hermes-agent:[0-9a-f]{16}$/);
    expect(same.reference).toBe(plain.reference);
    expect(codex.reference).not.toBe(plain.reference);
    expect(wrapper({ name: "ghcr.io/acme/hermes" }).reference).toMatch(/^ghcr\.io\/acme\/hermes:/);
  });

  test("a wrapper builds on a pinned base; with a revision it pulls the base again", () => {
    expect(wrapper().context?.files[0]?.content).toContain(
      `FROM nousresearch/hermes-agent:v0.21.6@${DIGEST}\n`,
    );
    expect(wrapper().context?.pullBase).toBe(false);
    const revised = HermesImage.wrapper(newStack(), "image", { release: "v0.21.6", baseRevision: "2026-11" });
    expect(revised.context?.pullBase).toBe(true);
  });

  test("a wrapper's context can be written for CI, with its modes, also over an earlier one", () => {
    const folder = temporaryFolder();
    const pem = join(folder, "corp.pem");
    writeFileSync(pem, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    wrapper({ release: "v2026.5.16", caCertificates: [pem] }).writeContext(folder);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      "Dockerfile",
      "ca-certificates",
      "ca-certificates/extra-1.crt",
      "corp.pem",
      "entrypoint",
      "hermes",
      "repair-ownership",
    ]);
    const image = wrapper();
    image.writeContext(folder);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      "Dockerfile",
      "boot",
      "ca-certificates",
      "corp.pem",
      "repair-ownership",
    ]);
    for (const { path, mode, content } of image.context?.files ?? []) {
      expect(readFileSync(join(folder, path), "utf8")).toBe(content);
      expect(statSync(join(folder, path)).mode & 0o777).toBe(mode);
    }
  });

  test("writing a context keeps the user's own files, and is refused if one has a name of the context", () => {
    const folder = temporaryFolder();
    const own = ["ca-certificates/corp.crt", "ca-certificates/deeper/x.crt", "hermes/notes.md"];
    for (const path of own) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "mine");
    }
    wrapper().writeContext(folder);
    wrapper().writeContext(folder);
    const all = ["Dockerfile", "repair-ownership", ...own];
    const there = () => all.map((path) => readFileSync(join(folder, path), "utf8"));
    const before = there();
    expect(before.slice(2)).toEqual(own.map(() => "mine"));

    const refused = refusalOf(() => wrapper({ release: "v2026.5.16" }).writeContext(folder));
    expect(refused.message).toMatch(/writeContext = ".*": has hermes, which no earlier call wrote/);
    expect(there()).toEqual(before);

    const project = temporaryFolder();
    writeFileSync(join(project, "Dockerfile"), "FROM scratch\n");
    expect(refusalOf(() => wrapper().writeContext(project)).message).toContain("has Dockerfile,");
    expect(readdirSync(project)).toEqual(["Dockerfile"]);
    expect(readFileSync(join(project, "Dockerfile"), "utf8")).toBe("FROM scratch\n");
  });

  test.each<[string, object]>([
    ["npmPackages.x", { npmPackages: { x: "latest" } }],
    ["npmPackages.x", { npmPackages: { x: "2" } }],
    ["npmPackages.x", { npmPackages: { x: "1.2" } }],
    ["npmPackages.x", { npmPackages: { x: "1.2.x" } }],
    ["codexVersion", { codexVersion: "0.169.x" }],
    ["pythonPackages.x", { pythonPackages: { x: "1.*" } }],
    ["npmPackages.x", { npmPackages: { x: "^1.0.0" } }],
    ['npmPackages["x; rm -rf /"]', { npmPackages: { "x; rm -rf /": "1.0.0" } }],
    ["npmPackages.-g", { npmPackages: { "-g": "1.0.0 && x" } }],
    ["aptPackages[0]", { aptPackages: ["jq && curl evil"] }],
    ["aptPackages[0]", { aptPackages: ["-y"] }],
    ["pythonPackages.x", { pythonPackages: { x: ">=1" } }],
    ["codexVersion", { codexVersion: "latest" }],
    ["codexVersion", { codexVersion: "${var.codex}" }],
    ["baseRevision", { baseRevision: "two words" }],
    ["release", { release: "latest" }],
    ["release", { release: "v2026.7.30 AS x" }],
  ])("an unpinned version or shell code for the Dockerfile is refused: %s", (prop, props) => {
    const { problems } = refusalOf(() => wrapper(props));
    expect(problems.map((problem) => problem.prop)).toContain(prop);
  });

  describe("certificates", () => {
    const file = (content: string) => {
      const path = join(temporaryFolder(), "ca.pem");
      writeFileSync(path, content);
      return path;
    };
    const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    test("certificates become part of the context", () => {
      const image = wrapper({ caCertificates: [file(PEM)] });
      expect(image.context?.files).toContainEqual({
        path: "ca-certificates/extra-1.crt",
        mode: 0o644,
        content: PEM,
      });
    });

    test.each([
      ["a private key", `${PEM}-----BEGIN RSA PRIVATE KEY-----\nMIIB\n`, "private key"],
      ["no certificate", "0\u0082\u0003", "no certificate"],
    ])("certificate files with %s are refused, and their content is not shown", (_, content, words) => {
      const { message } = refusalOf(() => wrapper({ caCertificates: [file(content)] }));
      expect(message).toContain(words);
      expect(message).not.toContain("MIIB");
    });

    test("certificate files that can't be read are named", () => {
      expect(refusalOf(() => wrapper({ caCertificates: ["/nowhere/ca.pem"] })).message).toMatch(
        /caCertificates\[0\] = "\/nowhere\/ca\.pem": cannot be read \(ENOENT\)/,
      );
    });
  });

  test("a wrapper alone writes no file", () => {
    const stack = newStack();
    HermesImage.wrapper(stack, "image", { release: "v0.21.6", baseDigest: DIGEST });
    expect(existsSync(join(process.cwd(), "wrapper-contexts"))).toBe(false);
  });
});
