/** Which files beside a SKILL.md keep Hermes from loading the skill, and which do not. */
import { agent, newStack, refusalOf, rulesOf } from "../agents";
import { folder, skill } from "./mind-cases";

const withFiles = (files: Readonly<Record<string, string | Buffer>>) => () =>
  agent(newStack(), { skills: [folder(files)] });

// Run with 0.19.0: `skill_view` answers `Ambiguous skill name` for each of these.
test.each<[string, Readonly<Record<string, string>>]>([
  ["a file of its own name beside it", { "a/SKILL.md": skill("hello"), "a/hello.md": "x" }],
  [
    "a file of its name in another skill",
    { "hello/SKILL.md": skill("hello"), "b/SKILL.md": skill("bye"), "b/docs/hello.md": "x" },
  ],
  ["the directory of another skill", { "a/SKILL.md": skill("hello"), "hello/SKILL.md": skill("bye") }],
  ["a skill below it", { "a/SKILL.md": skill("hello"), "a/hello/SKILL.md": skill("inner") }],
])("a skill is refused that Hermes mixes up with %s", (_, files) => {
  expect(rulesOf(refusalOf(withFiles(files)))).toContain("skill-ambiguous");
});

test.each<[string, Readonly<Record<string, string | Buffer>>]>([
  [
    "files of its name that are read by their path",
    { "a/SKILL.md": skill("hello"), "a/assets/x/hello.md": "x" },
  ],
  ["files of its name that are no skills", { "hello/SKILL.md": skill("hello"), "hello/hello.py": "x" }],
  ["bytes that are no text", { "hello/SKILL.md": skill("hello"), "hello/logo.png": Buffer.from([0xff, 0]) }],
  ["a category of its name", { "hello/hello/SKILL.md": skill("hello"), "hello/bye/SKILL.md": skill("bye") }],
])("a skill with %s is taken", (_, files) => {
  expect(withFiles(files)()).toBeDefined();
});
