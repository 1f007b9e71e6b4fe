import { type ReadFile, textOf } from "../agent/settings/mind-content";
import { CONTEXT_CHARACTERS, isContextFile } from "../hermes/home-files";
import { threatIn } from "../hermes/threats";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const CONTEXT_RULES = rulesFor<AgentSubject>()({
  "context-blocked": {
    severity: "error",
    refuses:
      "phrases in `soul` or in a context file (AGENTS.md and the like, also of a skill's folder below `files`) that Hermes takes for an attack, and invisible characters such as those that join emoji",
    because: "Hermes then leaves out the whole file, and only a line of its log says so",
    seen: "run 0.19.0: `[BLOCKED: SOUL.md contained potential prompt injection…]`; tools/threat_patterns.py of 0.17.0 to 0.19.0, compared with 6,725 texts",
    check: ({ mind, release }) =>
      contextFiles(mind).flatMap((file) => {
        const found = threatIn(textOf(file) ?? "", "context", release);
        if (found === undefined) return [];
        return [
          {
            prop: file.prop,
            value: `line ${found.line}: ${found.words}`,
            problem: `Hermes calls it ${found.id}`,
            fix: "say it in other words",
          },
        ];
      }),
  },
  "context-unreadable": {
    severity: "error",
    refuses: "a `soul` that is empty, and a `soul` or a context file that is not text in UTF-8",
    because: "Hermes leaves it out without a word, and the agent has its own words or none",
    seen: "0.19.0: load_soul_md in agent/prompt_builder.py, read",
    final: true,
    check: ({ mind }) =>
      contextFiles(mind).flatMap((file) => {
        const text = textOf(file);
        const isEmpty = file === mind.soul && text?.trim() === "";
        return when(text === undefined || isEmpty, () => ({
          prop: file.prop,
          problem: isEmpty ? "is empty" : "is not text in UTF-8",
          fix: isEmpty ? "write who the agent is, or leave `soul` out" : "convert it to UTF-8",
        }));
      }),
  },
  "context-cut": {
    severity: "warning",
    refuses: `a \`soul\` or a context file of more than ${CONTEXT_CHARACTERS.toLocaleString("en")} characters`,
    because:
      "Hermes cuts the middle out unless the model has a large context window: it reads 6 % of the window, and at least so many characters",
    seen: "0.17.0 to 0.19.0: agent/prompt_builder.py; run 0.19.0: a line TRUNCATED in the log",
    check: ({ mind }) =>
      contextFiles(mind).flatMap((file) => {
        const { length } = [...(textOf(file) ?? "").trim()];
        if (length <= CONTEXT_CHARACTERS) return [];
        return [
          {
            prop: file.prop,
            value: `${length} characters`,
            allowed: `at most ${CONTEXT_CHARACTERS}`,
            fix: "move details into skills; or set context_file_max_chars in `config`, and acknowledge the rule",
          },
        ];
      }),
  },
});

/** What Hermes puts into its prompt. */
function contextFiles({ soul, files }: AgentSubject["mind"]): readonly ReadFile[] {
  const context = Object.entries(files).filter(([path]) => isContextFile(path));
  return [...(soul ? [soul] : []), ...context.map(([, file]) => file)];
}
