import { showValue } from "../support/errors";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

/** What the agent's own tool takes of a SKILL.md. */
const LONGEST_CHARACTERS = 100_000;

/** Folders of a skill whose files are read by their path alone (0.19.0: agent/skill_utils.py). */
const SUPPORT_FOLDERS = ["references", "templates", "assets", "scripts"] as const;

export const SKILL_RULES = rulesFor<AgentSubject>()({
  "skill-missing": {
    severity: "error",
    refuses:
      "an item of `skills` that is no directory, has no SKILL.md in it or below, or has symbolic links",
    because: "the agent would not have the skill, or a link would lead nowhere in the container",
    seen: "0.19.0: agent/skill_utils.py finds skills by SKILL.md",
    check: ({ mind: { badSkills } }) => badSkills,
  },
  "skill-malformed": {
    severity: "error",
    refuses: "a SKILL.md without front matter that has a name and a description, or with nothing behind it",
    because: "Hermes lists it under another name or with the wrong words, so that the agent does not find it",
    seen: "0.19.0: tools/skill_manager_tool.py refuses to write such a one, read",
    check: ({ mind: { skills } }) =>
      skills.flatMap(({ prop, directory, problem }) =>
        problem === undefined
          ? []
          : [
              {
                prop,
                value: showValue(`${directory}/SKILL.md`),
                problem,
                fix: "begin it with `---`, `name: …`, `description: …`, `---`",
              },
            ],
      ),
  },
  "skill-duplicate": {
    severity: "error",
    refuses: "two skills of one name in `skills`",
    because: "Hermes lists one of them, and loads none: it refuses to guess",
    seen: "run 0.19.0: tools/skills_tool.py answers `Ambiguous skill name`",
    final: true,
    check: ({ mind: { skills } }) =>
      skills.flatMap(({ prop, directory, name, files }, i): readonly Violation[] => {
        const paths = Object.keys(files);
        const first = skills
          .slice(0, i)
          .find((other) => other.name === name || paths.some((path) => Object.hasOwn(other.files, path)));
        return when(first !== undefined, () => ({
          prop,
          value: showValue(directory),
          problem: `${first?.directory} has the name ${showValue(name)} already`,
          fix: "keep one of them",
        }));
      }),
  },
  "skill-ambiguous": {
    severity: "error",
    refuses: `a skill with whose name Hermes finds something else too: a file \`<name>.md\` outside ${SUPPORT_FOLDERS.join(", ")}, or the directory of another skill`,
    because: "Hermes lists the skill and does not load it: it refuses to guess which one is meant",
    seen: "run 0.19.0: tools/skills_tool.py answers `Ambiguous skill name`; read in 0.16.0, 0.17.0 and 0.18.2",
    check: ({ mind: { skills } }) =>
      skills.flatMap(({ prop, directory, name, files: own }) => {
        const place = Object.keys(own).find((path) => path.endsWith("/SKILL.md"));
        const others = skills.flatMap(({ name: other, files }) =>
          Object.keys(files).filter(
            (path) => path !== place && other !== name && isFoundBy(name, path, files),
          ),
        );
        const beside = Object.keys(own).filter((path) => path !== place && isFoundBy(name, path, own));
        return [...others, ...beside].slice(0, 1).map((path) => ({
          prop,
          value: showValue(directory),
          problem: `by ${showValue(name)} Hermes also finds ${path}`,
          fix: path.endsWith("/SKILL.md")
            ? "give the directory the name of its skill"
            : `rename the file, or move it to ${SUPPORT_FOLDERS[0]}/`,
        }));
      }),
  },
  "skill-platform-missing": {
    severity: "error",
    refuses: "a SKILL.md whose `platforms` does not have linux",
    because: "Hermes hides the skill in the container, which is Linux, and does not load it",
    seen: "run 0.19.0: tools/skills_tool.py answers `not supported on this platform`",
    check: ({ mind: { skills } }) =>
      skills.flatMap(({ prop, directory, platforms }) =>
        when(platforms.length > 0 && !platforms.some((one) => "linux".startsWith(one)), () => ({
          prop,
          value: showValue(`${directory}/SKILL.md`),
          problem: `is for ${platforms.join(", ")}`,
          fix: "add linux to its `platforms` if it works there, or leave it out of `skills`",
        })),
      ),
  },
  "skill-long": {
    severity: "warning",
    refuses: `a SKILL.md of more than ${LONGEST_CHARACTERS.toLocaleString("en")} characters`,
    because: "the agent reads all of it whenever it uses the skill, and pays for it",
    seen: "0.19.0: tools/skill_manager_tool.py lets the agent write no longer one",
    check: ({ mind: { skills } }) =>
      skills.flatMap(({ prop, directory, text }) =>
        when(text.length > LONGEST_CHARACTERS, () => ({
          prop,
          value: `${directory}/SKILL.md: ${text.length} characters`,
          fix: "move parts into files of its folder references/, which the agent reads when it needs them",
        })),
      ),
  },
});

/** Whether Hermes, asked for a skill of that name, comes upon the file: as a skill by its directory, or as a flat one. */
function isFoundBy(name: string, path: string, files: Readonly<Record<string, unknown>>): boolean {
  const parts = path.split("/");
  const isSupport = parts.some(
    (part, i) =>
      i > 0 &&
      i < parts.length - 1 &&
      SUPPORT_FOLDERS.some((folder) => folder === part) &&
      Object.hasOwn(files, [...parts.slice(0, i), "SKILL.md"].join("/")),
  );
  if (isSupport) return false;
  const [folder, file] = parts.slice(-2);
  return file === "SKILL.md" ? folder === name : file === `${name}.md`;
}
