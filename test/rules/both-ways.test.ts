import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type Acknowledgements, HermesConfigError, type RuleId } from "../../lib";
import type { Severity } from "../../lib/rules/rule";
import { METADATA_KEY } from "../../lib/support/metadata";
import { RULES } from "../../lib/targets";
import { agent, newStack, refusalOf, rulesOf, synth, warningsOf } from "../agents";
import { CASES } from "./cases";

const REASON = "seen and accepted by the reviewer";

function isRuleId(id: string): id is RuleId {
  return id in RULES;
}

const IDS = Object.keys(RULES).filter(isRuleId);
const ofSeverity = (severity: Severity) => IDS.filter((id) => RULES[id].severity === severity);
const finalRules = IDS.filter((id) => "final" in RULES[id]);
const otherRules = IDS.filter((id) => !("final" in RULES[id]));

function acknowledging(...ids: readonly RuleId[]): Acknowledgements<RuleId> {
  return Object.fromEntries(ids.map((id) => [id, REASON]));
}

/** Acknowledges only the other rules that the case breaks. */
const others = (id: RuleId) => acknowledging(...(CASES[id].also ?? []));

function warningsOfRule(construct: Construct, id: RuleId): readonly string[] {
  return warningsOf(construct).filter((warning) => warning.includes(`[rule ${id}`));
}

test("every rule has two cases in test/rules/cases.ts, and every case has a rule", () => {
  expect(Object.keys(CASES).sort()).toEqual([...IDS].sort());
});

test.each(IDS)("rule %s says what it refuses, why, and how that was seen", (id) => {
  const { refuses, because, seen, references = [] } = { references: [], ...RULES[id] };
  for (const clause of [refuses, because, seen]) expect(clause).toMatch(/^\S.*[^.\s]$/);
  for (const reference of references) expect(reference).toMatch(/#\d+$|^[0-9a-f]{9}$/);
  expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
});

describe("an error", () => {
  test.each(
    ofSeverity("error"),
  )("rule %s refuses its case, and the error has only this id, with path, prop and fix", (id) => {
    const refused = refusalOf(() => CASES[id].refused(newStack(), others(id)));
    expect(new Set(rulesOf(refused))).toEqual(new Set([id]));
    expect(refused.path).toMatch(/^[a-z-]+\/\w+/);
    const [problem] = refused.problems;
    expect(problem).toMatchObject({ prop: CASES[id].prop, fix: expect.stringMatching(/\S/) });
    expect(refused.message).toContain(`${refused.path}: ${CASES[id].prop}`);
    expect(refused.message).toContain(`[rule ${id}`);
    expect(refused.message).not.toContain("TfToken");
  });

  test.each(ofSeverity("error"))("rule %s accepts the corrected case", (id) => {
    const construct = CASES[id].accepted(newStack(), others(id));
    expect(warningsOfRule(construct, id)).toEqual([]);
  });
});

describe("a warning", () => {
  test.each(
    ofSeverity("warning"),
  )("rule %s warns about its case with id, prop and fix, and refuses nothing", (id) => {
    const [warning = "", ...more] = warningsOfRule(CASES[id].refused(newStack(), others(id)), id);
    expect(more).toEqual([]);
    expect(warning.startsWith(CASES[id].prop)).toBe(true);
    expect(warning).toContain("; fix: ");
  });

  test.each(ofSeverity("warning"))("rule %s does not warn about the corrected case", (id) => {
    const construct = CASES[id].accepted(newStack(), others(id));
    expect(warningsOfRule(construct, id)).toEqual([]);
  });
});

describe("an acknowledgement", () => {
  test.each(
    otherRules,
  )("an acknowledgement of %s with a reason prevents the error or warning, and is in the stack's metadata", (id) => {
    const construct = CASES[id].refused(newStack(), { ...others(id), ...acknowledging(id) });
    expect(warningsOfRule(construct, id)).toEqual([]);
    const { metadata } = synth(TerraformStack.of(construct))["//"];
    expect(metadata[METADATA_KEY]).toMatchObject({
      acknowledged: { [construct.node.path]: { [id]: REASON } },
    });
  });

  test.each(
    finalRules,
  )("an acknowledgement of %s has no effect, because nothing can work with what it refuses", (id) => {
    const refused = refusalOf(() => CASES[id].refused(newStack(), { ...others(id), ...acknowledging(id) }));
    expect(rulesOf(refused)).toContain(id);
  });

  test.each(IDS)("an acknowledgement of %s without a violation causes a warning", (id) => {
    const construct = CASES[id].accepted(newStack(), { ...others(id), ...acknowledging(id) });
    expect(warningsOf(construct)).toContainEqual(
      expect.stringContaining(`acknowledge.${id}: the rule finds nothing`),
    );
  });

  test("acknowledgements of two agents of a stack are both in its metadata", () => {
    const stack = newStack();
    for (const id of ["a1", "a2"])
      agent(stack, { memoryMiB: 512, acknowledge: acknowledging("memory-too-small") }, id);
    expect(synth(stack)["//"].metadata[METADATA_KEY]).toMatchObject({
      acknowledged: {
        "agents/a1": { "memory-too-small": REASON },
        "agents/a2": { "memory-too-small": REASON },
      },
    });
  });

  test("an acknowledgement of an unknown rule is refused", () => {
    const acknowledge: object = { "memory-to-small": REASON };
    const refused = refusalOf(() => agent(newStack(), { acknowledge }));
    expect(refused.message).toContain("acknowledge.memory-to-small: no such rule; ");
  });

  test.each(["", " ", "\n"])("an acknowledgement without a reason is refused: %j", (reason) => {
    const refused = refusalOf(() => agent(newStack(), { acknowledge: { "memory-too-small": reason } }));
    expect(refused.message).toContain("a reason");
  });

  test("an acknowledgement of one rule does not affect the others", () => {
    const action = () =>
      agent(newStack(), {
        memoryMiB: 512,
        healthCheck: false,
        acknowledge: acknowledging("memory-too-small"),
      });
    expect(action).toThrow(HermesConfigError);
    expect(rulesOf(refusalOf(action))).toEqual(["health-check-off"]);
  });
});

test("a refused agent writes nothing: the refusal comes from the constructor", () => {
  const stack = newStack();
  refusalOf(() => agent(stack, { memoryMiB: 1 }));
  expect(synth(stack).resource).toBeUndefined();
});
