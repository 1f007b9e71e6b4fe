/** Two applies of one app at once, of two states that share no lock. */
import fc from "fast-check";
import { readApp } from "../../../lib/provider/captain/app";
import { adoptedFrom } from "../../../lib/provider/resources/app/adoption";
import type { Wanted } from "../../../lib/provider/rollout/planner";
import { rivalOf } from "../../../lib/provider/rollout/rivals";
import { formatStamp, newRun, newStamp } from "../../../lib/provider/settings/stamp";
import { WantedValue } from "../../../lib/provider/settings/wanted-value";
import { Apply, Model } from "./model";
import { NOT_CHECKED, SETTINGS } from "./settings";

/** What one of them wants. */
const wish = (who: string): Wanted => ({
  settings: { ...SETTINGS, environment: { MODE: WantedValue.of(who) } },
  source: { image: `agent:${who}`, captainDefinition: "{}", fingerprint: "" },
  hasStartLine: false,
  longestStopSeconds: 30,
});
const runningFor = (who: string) => ({
  image: `agent:${who}`,
  env: JSON.stringify([{ key: "MODE", value: who }]),
});

/** An app that has run for a day. */
function liveModel(): Model {
  const model = new Model();
  if (new Apply(model, wish("before"), { adopt: () => undefined }).finish() !== "done")
    throw new Error("not made");
  model.nowMs += 86_400_000;
  model.writes = 0;
  return model;
}

const WHO = ["a", "b"] as const;
type Who = (typeof WHO)[number];
/** Whose turn it is, or who is killed. */
type Turn = { readonly who: Who; readonly killed?: boolean };

interface Ended {
  readonly who: Who;
  readonly how: "done" | "yield" | "giveUp" | "refused" | "killed";
  /** How many writes all had made. */
  readonly afterWrites: number;
}

interface Played {
  readonly ends: readonly Ended[];
  readonly steps: Readonly<Record<Who, readonly string[]>>;
  /** How many writes all had made when it began. */
  readonly beganAfterWrites: Readonly<Record<Who, number>>;
}

/** Plays the turns, then lets whoever is left end, one step each. An apply begins at its first turn. */
function play(model: Model, creates: boolean, turns: readonly Turn[]): Played {
  const applies = new Map<Who, Apply>();
  const began = { a: 0, b: 0 };
  const ends: Ended[] = [];
  const isOver = (who: Who) => ends.some((end) => end.who === who);
  const end = (who: Who, how: Ended["how"]) => ends.push({ who, how, afterWrites: model.writes });
  const step = (who: Who) => {
    if (isOver(who)) return;
    const started = applies.get(who);
    if (started === undefined) {
      began[who] = model.writes;
      const adopt = (app: Parameters<typeof adoptedFrom>[0]) => {
        const target = {
          ...wish(who),
          appName: "agent",
          persistent: true,
          ready: NOT_CHECKED,
          credentials: undefined,
        };
        const claimant = { run: newRun(model.nowMs, "us"), nowMs: model.nowMs };
        const wanted = { persistent: true, projectId: "", target, secretKeys: [] };
        if (adoptedFrom(app, wanted, claimant) !== null) throw new Error("made after the plan");
      };
      applies.set(who, new Apply(model, wish(who), creates ? { adopt } : { planned: true }));
      return;
    }
    model.nowMs = Math.max(model.nowMs, started.wakeMs);
    try {
      const ended = started.step();
      if (ended !== undefined) end(who, ended);
    } catch {
      end(who, "refused");
    }
  };
  for (const { who, killed } of turns) {
    if (killed === true && !isOver(who)) end(who, "killed");
    else step(who);
  }
  for (let count = 0; count < 400 && ends.length < WHO.length; count++) WHO.forEach(step);
  const steps = { a: applies.get("a")?.steps ?? [], b: applies.get("b")?.steps ?? [] };
  return { ends, steps, beganAfterWrites: began };
}

/** An apply alone makes at most three. */
const MOST_WRITES = 6;

/** What holds after any two applies. */
function check(model: Model, { ends, steps, beganAfterWrites }: Played): void {
  const said = JSON.stringify({ ends, steps });
  expect({ said, ended: ends.length }).toEqual({ said, ended: WHO.length });
  expect({ said, overlaps: model.overlaps }).toEqual({ said, overlaps: [] });
  expect(model.writes).toBeLessThanOrEqual(MOST_WRITES);
  const done = ends.filter(({ how }) => how === "done");
  const last = done.at(-1);
  if (done.length === WHO.length && last !== undefined) {
    // one after the other: the second was planned when the first had written everything
    const [first] = done;
    expect({ said, inTurn: beganAfterWrites[last.who] >= (first?.afterWrites ?? Infinity) }).toEqual({
      said,
      inTurn: true,
    });
  }
  const someoneDied = ends.some(({ how }) => how === "killed");
  if (!someoneDied) expect({ said, done: done.length >= 1 }).toEqual({ said, done: true });
  if (last === undefined) return;
  const isLast = !ends.some(({ how, who }) => how === "killed" && who !== last.who && last !== ends.at(-1));
  if (isLast || !someoneDied) {
    expect({ said, running: model.running }).toEqual({ said, running: runningFor(last.who) });
    expect(model.app?.instanceCount).toBe(1);
  }
}

const turn: fc.Arbitrary<Turn> = fc.constantFrom(...WHO).map((who) => ({ who }));
const turnOrKill: fc.Arbitrary<Turn> = fc.record({
  who: fc.constantFrom(...WHO),
  killed: fc.integer({ min: 0, max: 15 }).map((chance) => chance === 0),
});

const BOTH: readonly (readonly [string, () => Model, boolean])[] = [
  ["create", () => new Model(), true],
  ["change", liveModel, false],
];

describe.each(BOTH)("two applies that %s one app at once", (_what, make, creates) => {
  it("exactly one succeeds in any order of their steps, and the app is wholly that one's", () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 40 }), (turns) => {
        const model = make();
        check(model, play(model, creates, turns));
      }),
      { numRuns: 100 },
    );
  });

  it("exactly one succeeds wherever the turn passes from one to the other up to three times", () => {
    const longest = 12;
    for (let first = 0; first <= longest; first++) {
      for (let second = 0; second <= longest; second++) {
        for (let third = 0; third <= longest; third += 4) {
          const turns = [
            ...Array.from({ length: first }, (): Turn => ({ who: "a" })),
            ...Array.from({ length: second }, (): Turn => ({ who: "b" })),
            ...Array.from({ length: third }, (): Turn => ({ who: "a" })),
          ];
          const model = make();
          check(model, play(model, creates, turns));
        }
      }
    }
  });

  it("they end when one dies, and the next apply succeeds", () => {
    fc.assert(
      fc.property(fc.array(turnOrKill, { maxLength: 40 }), (turns) => {
        const model = make();
        const played = play(model, creates, turns);
        check(model, played);
        if (played.ends.some(({ how }) => how === "done")) return;
        model.nowMs += 1000;
        const next = new Apply(model, wish("a"), creates ? { adopt: () => undefined } : { planned: true });
        expect(next.finish()).toBe("done");
        expect(model.overlaps).toEqual([]);
        expect(model.running).toEqual(runningFor("a"));
      }),
      { numRuns: 100 },
    );
  });
});

describe("a run that looks at an app", () => {
  const mine = newRun(100_000, "us");
  const theirs = newRun(90_000, "us");
  const later = newRun(200_000, "us");
  const tag = (run: typeof mine, atMs: number, more: Parameters<typeof newStamp>[3] = {}) => ({
    tagName: formatStamp(newStamp(run, atMs, 19, more)),
  });
  const deploys = (...stamps: readonly string[]) => ({
    versions: stamps.map((gitHash, version) => ({ version, deployedImageName: "i:1", gitHash })),
  });
  const deploy = (run: typeof mine, atMs: number) => tag(run, atMs).tagName;
  const sight = { run: mine, seen: undefined };

  it.each([
    ["no stamp", {}],
    ["its own stamps", { tags: [tag(mine, 150_000)], ...deploys(deploy(mine, 140_000)) }],
    ["a stamp from before its start", { tags: [tag(theirs, 95_000)] }],
    [
      "a stamp of version 0.1.0 from before its start",
      { tags: [{ tagName: "terraform-2n-j-0123456789ab" }] },
    ],
    ["another resource's stamp", { tags: [tag(theirs, 150_000, { by: "ssl" })] }],
    ["a deploy of a CI", deploys("6f1d2c9")],
    [
      "another run's deploy that CapRover queued behind its own",
      deploys(deploy(mine, 140_000), deploy(theirs, 141_000)),
    ],
  ])("a run goes on when it finds %s", (_what, raw) => {
    expect(rivalOf(readApp(raw), sight)).toBeUndefined();
  });

  it.each([
    ["a later stamp of another run", { tags: [tag(theirs, 150_000)] }],
    ["a later stamp of version 0.1.0", { tags: [{ tagName: "terraform-9z-j-0123456789ab" }] }],
    ["another run's deploy in front of its own", deploys(deploy(theirs, 140_000), deploy(mine, 141_000))],
    [
      "a later run that began after its own last deploy",
      deploys(deploy(mine, 140_000), deploy(later, 210_000)),
    ],
  ])("a run ends when it finds %s", (_what, raw) => {
    expect(rivalOf(readApp(raw), sight)).toBeDefined();
  });

  it("a run ends when the app was written after its plan, even before its start", () => {
    const app = readApp({ tags: [tag(theirs, 95_000)] });
    expect(rivalOf(app, { run: mine, seen: new Set() })).toBeDefined();
  });
});
