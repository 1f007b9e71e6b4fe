/**
 * Checks in the package's folder that a tag may be released, and writes the notes of its GitHub release:
 * `node --import tsx scripts/release.ts <tag> <folder>`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The owner in package.json until the repository has an address. */
const PLACEHOLDER_OWNER = "OWNER-TO-BE-SET";

export interface Manifest {
  readonly version: string;
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly url: string };
}

export interface Candidate {
  /** Such as `v1.2.3`. */
  readonly tag: string;
  readonly manifest: Manifest;
  /** The version in package-lock.json. */
  readonly lockedVersion: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
  /** The repository that releases, as `owner/name`; undefined outside of GitHub. */
  readonly repository: string | undefined;
}

/** Every reason against the release, each with its fix. */
export function releaseProblems(candidate: Candidate): readonly string[] {
  const { tag, manifest, lockedVersion, changelog, repository } = candidate;
  const { version } = manifest;
  const problems: string[] = [];
  if (!/^v\d+\.\d+\.\d+$/.test(tag)) {
    problems.push(`the tag is ${tag}: only vX.Y.Z is released; delete it and tag again`);
  } else if (tag !== `v${version}`) {
    problems.push(`the tag is ${tag} and package.json's version ${version}: they must be the same`);
  }
  if (lockedVersion !== version) {
    problems.push(`package-lock.json's version is ${lockedVersion} and not ${version}: run \`npm install\``);
  }
  const section = changelogSection(changelog, version);
  if (section === undefined) {
    problems.push(`CHANGELOG.md has no section \`## [${version}]\`: write it`);
  } else {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(section.date)) {
      problems.push(`CHANGELOG.md has "${section.date}" as the date of ${version}: write YYYY-MM-DD`);
    }
    if (section.text === "") problems.push(`CHANGELOG.md's section ${version} is empty: say what changed`);
  }
  for (const [field, url] of [
    ["homepage", manifest.homepage],
    ["bugs.url", manifest.bugs.url],
    ["repository.url", manifest.repository.url],
  ] as const) {
    if (url.includes(PLACEHOLDER_OWNER)) {
      problems.push(`package.json's ${field} is ${url}: replace ${PLACEHOLDER_OWNER} by the owner`);
    } else if (repository !== undefined && !url.includes(`://github.com/${repository}`)) {
      problems.push(`package.json's ${field} is ${url}: the release is from ${repository}`);
    }
  }
  return problems;
}

export interface ChangelogSection {
  /** What follows the version in the heading. */
  readonly date: string;
  readonly text: string;
}

/** The section of a version in a changelog of the form that keepachangelog.com describes. */
export function changelogSection(changelog: string, version: string): ChangelogSection | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const start = `[${version}] - `;
  const found = sections.find((section) => section.startsWith(start));
  if (found === undefined) return undefined;
  const [heading = "", ...lines] = found.slice(start.length).split("\n");
  return { date: heading.trim(), text: lines.join("\n").trim() };
}

function main([tag = "", folder = ""]: readonly string[]): void {
  const manifest: Manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const lock: { version: string } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const changelog = readFileSync("CHANGELOG.md", "utf8");
  const repository = process.env["GITHUB_REPOSITORY"];
  const problems = releaseProblems({ tag, manifest, lockedVersion: lock.version, changelog, repository });
  if (problems.length > 0) {
    console.error(problems.map((problem) => `- ${problem}`).join("\n"));
    process.exitCode = 1;
    return;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "notes.md"), `${changelogSection(changelog, manifest.version)?.text}\n`);
}

if (require.main === module) main(process.argv.slice(2));
