import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { type Candidate, changelogSection, type Manifest, releaseProblems } from "../../scripts/release";

const ROOT = join(__dirname, "..", "..");
const TSX = pathToFileURL(require.resolve("tsx")).href;

const CHANGELOG = `# Changelog

## [1.2.3] - 2026-03-04

### Added

- A thing.

## [1.2.2] - 2026-02-01

- Another.
`;

const manifestOf = (owner: string, version = "1.2.3"): Manifest => ({
  version,
  homepage: `https://github.com/${owner}/pack#readme`,
  bugs: { url: `https://github.com/${owner}/pack/issues` },
  repository: { url: `git+https://github.com/${owner}/pack.git` },
});

const problemsOf = (more: Partial<Candidate>) =>
  releaseProblems({
    tag: "v1.2.3",
    manifest: manifestOf("acme"),
    lockedVersion: "1.2.3",
    changelog: CHANGELOG,
    repository: "acme/pack",
    ...more,
  });

describe("a tag", () => {
  test("a tag is released when version, lock file, changelog and addresses agree with it", () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ repository: undefined })).toEqual([]);
  });

  test.each(["1.2.3", "v1.2", "v1.2.3-rc.1", "v1.2.3+x", "release"])("the tag %s is refused", (tag) => {
    expect(problemsOf({ tag })).toEqual([
      `the tag is ${tag}: only vX.Y.Z is released; delete it and tag again`,
    ]);
  });

  test("a tag of another version than package.json's is refused", () => {
    expect(problemsOf({ tag: "v1.2.4" })).toEqual([
      "the tag is v1.2.4 and package.json's version 1.2.3: they must be the same",
    ]);
  });

  test("a tag whose lock file has another version is refused", () => {
    expect(problemsOf({ lockedVersion: "1.2.2" })).toEqual([
      "package-lock.json's version is 1.2.2 and not 1.2.3: run `npm install`",
    ]);
  });

  test("a tag without a section in the changelog is refused", () => {
    const manifest = manifestOf("acme", "1.2.4");
    expect(problemsOf({ tag: "v1.2.4", manifest, lockedVersion: "1.2.4" })).toEqual([
      "CHANGELOG.md has no section `## [1.2.4]`: write it",
    ]);
  });

  test("a section without a date, or without text, is refused", () => {
    expect(problemsOf({ changelog: "## [1.2.3] - unreleased\n" })).toEqual([
      'CHANGELOG.md has "unreleased" as the date of 1.2.3: write YYYY-MM-DD',
      "CHANGELOG.md's section 1.2.3 is empty: say what changed",
    ]);
  });

  test("the placeholder owner is refused in every place", () => {
    expect(problemsOf({ manifest: manifestOf("OWNER-TO-BE-SET") })).toEqual(
      ["homepage", "bugs.url", "repository.url"].map((field) =>
        expect.stringMatching(
          new RegExp(`^package\\.json's ${field} is .*: replace OWNER-TO-BE-SET by the owner$`),
        ),
      ),
    );
  });

  test("a release of another repository than package.json's is refused", () => {
    expect(problemsOf({ repository: "fork/pack" })).toContain(
      "package.json's repository.url is git+https://github.com/acme/pack.git: the release is from fork/pack",
    );
  });
});

describe("the section of a version in the changelog", () => {
  test("a version's section of the changelog ends where the next one begins", () => {
    expect(changelogSection(CHANGELOG, "1.2.3")).toEqual({
      date: "2026-03-04",
      text: "### Added\n\n- A thing.",
    });
    expect(changelogSection(CHANGELOG, "1.2.2")?.text).toBe("- Another.");
    expect(changelogSection(CHANGELOG, "1.2")).toBeUndefined();
  });

  test("every section of a changelog is found by its own version", () => {
    const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map((numbers) => numbers.join("."));
    const line = fc.string().map((text) => `- ${text.replaceAll(/\s+/g, " ")}.`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(version, line), { selector: ([one]) => one }), (sections) => {
        const text = sections.map(([one, what]) => `## [${one}] - 2026-01-01\n\n${what}\n\n`).join("");
        for (const [one, what] of sections) expect(changelogSection(text, one)?.text).toBe(what);
      }),
    );
  });
});

describe("the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-release-"));
  const notes = join(folder, "release", "notes.md");
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (manifest: Manifest) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ version: "1.2.3" }));
    writeFileSync(join(folder, "CHANGELOG.md"), CHANGELOG);
    const arguments_ = ["--import", TSX, join(ROOT, "scripts", "release.ts"), "v1.2.3", "release"];
    const env = { ...process.env, GITHUB_REPOSITORY: "acme/pack" };
    return spawnSync(process.execPath, arguments_, { cwd: folder, encoding: "utf8", env });
  };

  test("a tag that is refused leaves no notes, and all problems are printed", () => {
    const { status, stderr } = run(manifestOf("OWNER-TO-BE-SET"));
    expect(stderr.trim().split("\n")).toHaveLength(3);
    expect({ status, written: existsSync(notes) }).toEqual({ status: 1, written: false });
  });

  test("the notes of a release are its section of the changelog", () => {
    expect(run(manifestOf("acme"))).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(notes, "utf8")).toBe("### Added\n\n- A thing.\n");
  });
});
