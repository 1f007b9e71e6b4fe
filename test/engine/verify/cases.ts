import type { Subject } from "./subject";

/** Something that goes wrong with an agent, and is mended again. */
export interface Case {
  /** What is wrong, behind "an agent". */
  readonly title: string;
  readonly breaks: (subject: Subject) => Promise<unknown>;
  readonly mends: (subject: Subject) => Promise<unknown>;
  /** How each condition fails then, by the condition and which of several. Nothing else may fail. */
  readonly fails: Readonly<Record<string, string>>;
  /** What may fail beside it, such as a line of the log that Hermes prints sometimes. */
  readonly may?: readonly string[];
  /** A part of the fix of the first of them. */
  readonly fix: string;
  /** How long it takes until it shows. @default 40 */
  readonly seconds?: number;
  /** Asks the model, which may take so long. */
  readonly askSeconds?: number;
}

/** Each case both ways: `verify` names it with its cause and fix, and holds again when it is mended. */
export function bothWays(subject: () => Subject, cases: readonly Case[]): void {
  test.each(cases)("verify names an agent $title, with cause and fix, until it is mended", async (row) => {
    const agent = subject();
    const { may = [], seconds, askSeconds } = row;
    await row.breaks(agent);
    try {
      const failed = await agent.eventuallyFails(row.fails, { may, seconds, askSeconds });
      const [first = ""] = Object.keys(row.fails);
      const shown = failed.find(({ condition, of }) => first === [condition, of].filter(Boolean).join(" "));
      expect(shown?.cause).toMatch(/\w/);
      expect(shown?.fix).toContain(row.fix);
    } finally {
      await row.mends(agent);
    }
    await agent.eventuallyFails({}, { askSeconds });
  });
}
