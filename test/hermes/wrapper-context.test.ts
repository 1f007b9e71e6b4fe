import fc from "fast-check";
import { parseRelease, type Release } from "../../lib/hermes/releases";
import type { WrapperContents } from "../../lib/hermes/wrapper-contents";
import { bytesOf, type ContextFile, contextHash, renderWrapper } from "../../lib/hermes/wrapper-context";

function release(tag: string): Release {
  const parsed = parseRelease(tag);
  if (parsed === undefined) throw new Error(`${tag} is no release`);
  return parsed;
}

function wrapper(tag: string, more: Partial<WrapperContents> = {}) {
  const files = renderWrapper({
    release: release(tag),
    base: `nousresearch/hermes-agent:${tag}`,
    boot: { script: "exit 0\n", path: "/boot/script", environment: { HOOK: "sh /boot/script" } },
    ...more,
  });
  const contentOf = (path: string) => {
    const file = files.find((file) => file.path === path);
    return file === undefined ? "" : bytesOf(file).toString();
  };
  return { files, dockerfile: contentOf("Dockerfile"), contentOf };
}

const S6 = ["v2026.5.28", "v2026.7.30", "v2026.8.3", "v0.21.6"];
const OLDER = ["v2026.4.23", "v2026.5.16"];

describe.each([...S6, ...OLDER])("every wrapper: %s", (tag) => {
  const { dockerfile, files } = wrapper(tag, { codexVersion: "0.1.0" });

  test("a wrapper starts the gateway and stays root, so that the image can drop root", () => {
    expect(dockerfile).toContain(`FROM nousresearch/hermes-agent:${tag}\nUSER root\n`);
    expect(dockerfile.match(/^USER .*$/gm)).toEqual(["USER root"]);
    expect(dockerfile.trimEnd().split("\n").at(-1)).toBe('CMD ["gateway","run"]');
  });

  test("a wrapper does not set PATH or HOME, and never puts the plain binary before the shim", () => {
    expect(dockerfile).not.toMatch(/^ENV (?:PATH|HOME)=/m);
    expect(dockerfile).not.toContain(".venv/bin");
  });

  test("a wrapper installs a pinned Codex where PATH finds it", () => {
    expect(dockerfile).toContain("npm install -g --prefix /usr/local @openai/codex@0.1.0");
    expect(dockerfile).toContain("ENV CODEX_HOME=/opt/data/home/.codex");
  });

  test("a wrapper copies only files of its context", () => {
    for (const [, source = ""] of dockerfile.matchAll(/^COPY (\S+) /gm))
      expect(files.map(({ path }) => path)).toContain(source);
    for (const { path, mode } of files)
      expect([path, mode]).toEqual([path, path === "Dockerfile" ? 0o644 : 0o755]);
  });
});

test.each(
  S6,
)("on the s6 generations there is no ENTRYPOINT, and the repair runs between setup and services: %s", (tag) => {
  const { dockerfile, files } = wrapper(tag);
  expect(dockerfile).not.toContain("ENTRYPOINT");
  expect(files.map(({ path }) => path)).toEqual(["Dockerfile", "repair-ownership", "boot"]);
  const [, script = ""] = /COPY repair-ownership \/etc\/cont-init\.d\/(\S+)/.exec(dockerfile) ?? [];
  expect(["01-hermes-setup", "015-supervise-perms", "02-reconcile-profiles", script].sort()).toEqual([
    "01-hermes-setup",
    script,
    "015-supervise-perms",
    "02-reconcile-profiles",
  ]);
  expect(dockerfile).toContain("ln -sf /opt/hermes/bin/hermes /usr/local/bin/hermes");
});

test.each(OLDER)("on the older generations the wrapper's entrypoint only repairs and execs: %s", (tag) => {
  const { dockerfile, contentOf } = wrapper(tag);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["\/usr\/local\/bin\/[\w-]+"\]$/m);
  expect(contentOf("entrypoint")).toMatch(/\nexec .*\/opt\/hermes\/docker\/entrypoint\.sh "\$@"\n$/);
  expect(contentOf("entrypoint").includes("/usr/bin/tini -g --")).toBe(tag !== "v2026.4.23");
  expect(contentOf("hermes")).toContain('exec gosu hermes "$hermes" "$@"');
});

test("certificates are installed before any download, for the build and for the agent", () => {
  const { dockerfile, contentOf } = wrapper("v0.21.6", {
    caCertificates: ["first", "second"],
    aptPackages: ["jq", "git=1:2.47"],
    npmPackages: { typescript: "7.0.2" },
    pythonPackages: { requests: "2.32.0" },
  });
  expect(contentOf("ca-certificates/extra-2.crt")).toBe("second");
  const at = (text: string) => dockerfile.indexOf(text);
  const order = [
    "update-ca-certificates",
    "NODE_EXTRA_CA_CERTS",
    "apt-get install",
    "pip install",
    "npm install",
  ].map(at);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
  expect(dockerfile).toContain("jq git=1:2.47");
  expect(dockerfile).toContain("requests==2.32.0");
});

describe("the tag of the image", () => {
  const file = fc.record({
    path: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/),
    mode: fc.constantFrom(0o644, 0o755, 0o600),
    content: fc.string(),
  });
  const files = fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1, maxLength: 6 });
  const changed = (list: readonly ContextFile[], at: number, change: (file: ContextFile) => ContextFile) =>
    list.map((one, i) => (i === at % list.length ? change(one) : one));

  test("the image's tag changes with a file's content, name or mode and with an added or removed file, but not with their order", () => {
    fc.assert(
      fc.property(files, fc.nat(), fc.string({ minLength: 1 }), (list, at, text) => {
        const hash = contextHash(list);
        expect(contextHash([...list].reverse())).toBe(hash);
        const others = [
          changed(list, at, (one) => ({ ...one, content: one.content + text })),
          changed(list, at, (one) => ({ ...one, path: `${one.path}-renamed` })),
          changed(list, at, (one) => ({ ...one, mode: one.mode ^ 0o001 })),
          list.toSpliced(at % list.length, 1),
          [...list, { path: "more", mode: 0o644, content: "" }],
        ];
        for (const other of others) expect(contextHash(other)).not.toBe(hash);
      }),
    );
  });

  test("the image's tag depends on where one file ends and the next begins", () => {
    const of = (...parts: readonly (readonly [string, string])[]) =>
      contextHash(parts.map(([path, content]) => ({ path, mode: 0o644, content })));
    expect(of(["a", "12"], ["b", "3"])).not.toBe(of(["a", "1"], ["b", "23"]));
    expect(of(["ab", "c"])).not.toBe(of(["a", "bc"]));
  });

  test("the image's tag changes with every prop of the wrapper", () => {
    const choices: readonly Partial<WrapperContents>[] = [
      {},
      { base: "ghcr.io/acme/hermes-agent:v0.21.6" },
      { baseRevision: "1" },
      { baseRevision: "2" },
      { codexVersion: "0.1.0" },
      { codexVersion: "0.1.1" },
      { npmPackages: { a: "1.0.0" } },
      { aptPackages: ["jq"] },
      { pythonPackages: { a: "1.0.0" } },
      { hermesPackages: { a: "1.0.0" } },
      { caCertificates: ["one"] },
      { caCertificates: ["two"] },
    ];
    const hashes = choices.map((choice) => contextHash(wrapper("v0.21.6", choice).files));
    expect(new Set(hashes).size).toBe(choices.length);
  });
});
