import { MIND_PROPS } from "../agent/settings/mind";
import type { FileContent } from "../agent/settings/mind-content";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

/** A boot has 20 s for it, and a slow disk. */
const LARGEST_MIB = 8;

export const MIND_RULES = rulesFor<AgentSubject>()({
  "mind-unsupported": {
    severity: "error",
    refuses:
      "`soul`, `skills`, `mcpServers`, `crons`, `fallbackModels`, `toolsets` or `files` on a release without s6",
    because: "they are merged into the data by a step of s6's boot, which the release does not have",
    seen: "the image's Dockerfile, read: s6-overlay from v2026.5.28 on",
    final: true,
    check: ({ settings, release }) =>
      hasFeature(release, "supervision")
        ? []
        : MIND_PROPS.filter((prop) => settings[prop] !== undefined).map((prop) => ({
            prop,
            problem: `${release.tag} has no s6`,
            fix: `use ${firstReleaseWith("supervision")} or later`,
          })),
  },
  "mind-too-large": {
    severity: "error",
    refuses: `skills and files of more than ${LARGEST_MIB} MiB together`,
    because: "each boot compares and writes them before the agent starts, in at most 20 s",
    seen: "this library: the merge at boot has that limit",
    check: ({ mind: { soul, skills, files } }) => {
      const all = [
        ...(soul ? [soul] : []),
        ...Object.values(files),
        ...skills.flatMap(({ files }) => Object.values(files)),
      ];
      const bytes = all.reduce((sum, file) => sum + bytesOf(file), 0);
      return when(bytes > LARGEST_MIB * 2 ** 20, () => ({
        prop: "files, skills",
        value: `${Math.ceil(bytes / 2 ** 20)} MiB`,
        allowed: `at most ${LARGEST_MIB} MiB`,
        fix: "put large files into the image (`copy` of HermesImage.wrapper), or mount them",
      }));
    },
  },
});

function bytesOf({ content }: FileContent): number {
  return typeof content === "string" ? Buffer.byteLength(content) : content.length;
}
