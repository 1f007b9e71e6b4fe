import { parse } from "yaml";
import { dependabot, renovate } from "../../lib/delivery/upkeep";

interface Manager {
  readonly depNameTemplate: string;
  readonly matchStrings: readonly string[];
  readonly versioningTemplate: string;
}

const settings = JSON.parse(String(renovate().content).replaceAll(/^\/\/.*$/gm, ""));
const managers: readonly Manager[] = settings.customManagers;
const managerOf = (name: string) => managers.find(({ depNameTemplate }) => depNameTemplate === name);

/** What Renovate finds in a file. */
function found(name: string, text: string): readonly (string | undefined)[] {
  return (managerOf(name)?.matchStrings ?? []).flatMap((pattern) =>
    [...text.matchAll(new RegExp(pattern, "g"))].map(({ groups }) => groups?.["currentValue"]),
  );
}

test("Renovate finds the release and Codex' version in a program", () => {
  const program = 'HermesImage.wrapper(s, "i", {\n  release: "v2026.7.30",\n  codexVersion: "0.169.0",\n})';
  expect(found("nousresearch/hermes-agent", program)).toEqual(["v2026.7.30"]);
  expect(found("@openai/codex", program)).toEqual(["0.169.0"]);
  expect(found("nousresearch/hermes-agent", 'release: "v0.21.6", prerelease: "v1.2.3"')).toEqual(["v0.21.6"]);
});

test("Renovate proposes no release of the other kind of tags", () => {
  const [, source = ""] = managerOf("nousresearch/hermes-agent")?.versioningTemplate.split(/^regex:/) ?? [];
  const parts = (tag: string) => ({ ...new RegExp(source).exec(tag)?.groups });
  expect(parts("v2026.7.30")).toMatchObject({ compatibility: "20", major: "26", minor: "7", patch: "30" });
  expect(parts("v2026.8.27.2")).toMatchObject({ compatibility: "20", build: "2" });
  expect(parts("v0.21.6")).toMatchObject({ compatibility: undefined, major: "0", minor: "21", patch: "6" });
});

test("Dependabot keeps actions fresh, a week after they are published", () => {
  const { updates } = parse(String(dependabot().content));
  expect(updates).toMatchObject([{ "package-ecosystem": "github-actions", cooldown: { "default-days": 7 } }]);
});
