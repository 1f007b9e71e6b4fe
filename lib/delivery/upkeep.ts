/** Files that keep a repository's versions fresh. */
import { type RenderedFile, WRITTEN, yamlFile } from "./rendered";

/** A pull request a week, with the new commits of actions and the versions in the comments behind them. */
export const dependabot = (): RenderedFile =>
  yamlFile(".github/dependabot.yml", ["Keeps the pinned actions fresh."], {
    version: 2,
    updates: [
      {
        "package-ecosystem": "github-actions",
        directory: "/",
        schedule: { interval: "weekly" },
        cooldown: { "default-days": 7 },
        groups: { actions: { patterns: ["*"] } },
      },
    ],
  });

/** Proposes new values of `release` and `codexVersion` in TypeScript files, for repositories that run Renovate. */
export const renovate = (): RenderedFile => ({
  path: ".github/renovate.json5",
  mode: 0o644,
  content: `// ${WRITTEN}\n// Proposes new versions of what the program pins.\n${JSON.stringify(RENOVATE, null, 2)}\n`,
});

const manager = (prop: string, value: string, dependency: object) => ({
  customType: "regex",
  managerFilePatterns: ["/\\.ts$/"],
  matchStrings: [`\\b${prop}:\\s*"(?<currentValue>${value})"`],
  ...dependency,
});

const RENOVATE = {
  $schema: "https://docs.renovatebot.com/renovate-schema.json",
  enabledManagers: ["custom.regex"],
  customManagers: [
    manager("release", "v?\\d+\\.\\d+\\.\\d+(?:\\.\\d+)?", {
      depNameTemplate: "nousresearch/hermes-agent",
      datasourceTemplate: "docker",
      // Tags by date and tags by version are two lines: a release of one proposes no release of the other.
      versioningTemplate:
        "regex:^v?(?<compatibility>20(?=\\d\\d\\.))?(?<major>\\d+)\\.(?<minor>\\d+)\\.(?<patch>\\d+)(?:\\.(?<build>\\d+))?$",
    }),
    manager("codexVersion", "\\d+\\.\\d+\\.\\d+", {
      depNameTemplate: "@openai/codex",
      datasourceTemplate: "npm",
      versioningTemplate: "npm",
    }),
  ],
};
