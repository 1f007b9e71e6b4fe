import { showValue } from "../support/errors";
import { rulesFor, type Violation, when } from "./rule";
import type { AgentSubject } from "./subject";

/** What the agent's own tool takes of a SKILL.md. */
const LONGEST_CHARACTERS = 100_000;

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
    because: "Hermes takes the first one and hides the other",
    seen: "0.19.0: tools/skills_tool.py, read",
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
