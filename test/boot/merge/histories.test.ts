/** Random lives of a volume: deploys, edits by a person or by the agent, boots that are killed. */
import fc from "fast-check";
import type { Declaration, DeclaredJob } from "../../../lib/boot/declaration";
import { declared, Machine, type Step, type Tree, textOf } from "./machine";

const RUNS = 60;

const machine = new Machine();
afterAll(() => machine.stop());

/** The things of the volume, each with how it is declared, edited and read. */
interface Thing {
  readonly declare: (value: string) => Parameters<typeof declared>[0];
  /** What a person does: another value, or none. */
  readonly edit: (value: string | undefined) => Step;
  readonly read: (tree: Tree) => string | undefined;
  /** The earlier values of others that are still to be found. */
  readonly kept: (tree: Tree) => ReadonlySet<string>;
}

/** So many earlier values of one thing are kept. */
const MOST = 10;

function file(path: string): Thing {
  const pattern = new RegExp(`^${path.replace(".", "\\.")}\\.replaced-[0-9a-f]{8}$`);
  return {
    declare: (value) => ({ files: { [path]: { value } } }),
    edit: (value) => (value === undefined ? { do: "remove", path } : { do: "write", path, text: value }),
    read: (tree) => textOf(tree, path),
    kept: (tree) =>
      new Set(Object.entries(tree).flatMap(([name, { text }]) => (pattern.test(name) && text ? [text] : []))),
  };
}

function setting(...path: string[]): Thing {
  const at = (value: unknown): unknown =>
    path.reduce<unknown>((below, key) => (below instanceof Object ? Object(below)[key] : undefined), value);
  return {
    declare: (value) => ({ config: [{ path, value }] }),
    edit: (value) => ({ do: "edit", path: "config.yaml", at: path, value: value ?? null }),
    read: (tree) => {
      const value = at(tree["config.yaml"]?.yaml);
      return typeof value === "string" ? value : undefined;
    },
    kept: (tree) => {
      const rows = tree["config.replaced.yaml"]?.yaml;
      const all: { setting: string; value: string }[] = Array.isArray(rows) ? rows : [];
      return new Set(all.filter((row) => row.setting === path.join(".")).map(({ value }) => value));
    },
  };
}

const ID = "aaaabbbbcccc";

function job(): Thing {
  const whole = (prompt: string): DeclaredJob => ({
    id: ID,
    name: "daily",
    prompt: { value: prompt },
    schedule: { kind: "cron", expr: "0 9 * * *", display: "0 9 * * *" },
    deliver: { value: "local" },
    skills: [],
  });
  const jobsOf = (tree: Tree): { id: string; prompt: string }[] =>
    JSON.parse(textOf(tree, "cron/jobs.json") ?? '{"jobs":[]}').jobs;
  return {
    declare: (value) => ({ jobs: [whole(value)] }),
    edit: (value) => ({
      do: "write",
      path: "cron/jobs.json",
      text: JSON.stringify({
        jobs:
          value === undefined
            ? []
            : [{ ...whole(""), prompt: value, deliver: "local", skill: null, workdir: null }],
      }),
    }),
    read: (tree) => jobsOf(tree).find(({ id }) => id === ID)?.prompt,
    kept: (tree) => {
      const rows = tree["cron/jobs.replaced.yaml"]?.yaml;
      const all: { value: { prompt: string } }[] = Array.isArray(rows) ? rows : [];
      return new Set(all.map(({ value }) => value.prompt));
    },
  };
}

const THINGS: Readonly<Record<string, Thing>> = {
  soul: file("SOUL.md"),
  plugin: file("plugins/one/plugin.yaml.txt"),
  model: setting("model", "default"),
  display: setting("display", "deep", "er"),
  job: job(),
};

const NAMES = Object.keys(THINGS);
const SEED: Step[] = [
  { do: "write", path: "config.yaml", text: "# the person's\nmodel:\n  other: 1  # stays\nlist:\n- a\n" },
  { do: "write", path: "memories/USER.md", text: "what the agent learned\n" },
  { do: "write", path: "skills/own/SKILL.md", text: "what the agent wrote\n" },
];

type Values = Readonly<Record<string, string>>;

function declarationOf(values: Values): Declaration {
  const parts = Object.entries(values).map(([name, value]) => THINGS[name]?.declare(value) ?? {});
  return declared({
    files: Object.assign({}, ...parts.map(({ files }) => files)),
    config: parts.flatMap(({ config }) => config ?? []),
    jobs: parts.flatMap(({ jobs }) => jobs ?? []),
  });
}

type Event =
  | { readonly kind: "boot"; readonly values: Values; readonly kills: readonly number[] }
  | { readonly kind: "edit"; readonly name: string; readonly value: string | undefined };

const anyValues = (letter: string) =>
  fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.constantFrom("1", "2", "3").map((n) => `${letter}${n}`),
  );

/** With kills, a person never happens to write what is about to be declared. */
function histories(kills: boolean): fc.Arbitrary<Event[]> {
  const boot = fc.record({
    kind: fc.constant("boot" as const),
    values: anyValues("v"),
    kills: kills ? fc.array(fc.nat(30), { maxLength: 2 }) : fc.constant([]),
  });
  const edit = fc.record({
    kind: fc.constant("edit" as const),
    name: fc.constantFrom(...NAMES),
    value: fc.constantFrom(undefined, ...(kills ? ["p1", "p2"] : ["p1", "v1", "v2"])),
  });
  return fc.array(fc.oneof(boot, edit), { minLength: 1, maxLength: 8 });
}

/** What must be so, as a user would say it: one value on the volume, and whether it is still the program's own. */
class Expected {
  value: string | undefined;
  programs: string | undefined;
  /** The newest last. */
  kept: readonly string[] = [];

  edited(value: string | undefined): void {
    this.value = value;
  }

  /** The first one is what stood there before the program: it stays, and so do the newest. */
  private keep(value: string): void {
    const all = [...this.kept.filter((one) => one !== value), value];
    this.kept = all.length > MOST ? all.toSpliced(1, 1) : all;
  }

  booted(declared: string | undefined): void {
    const untouched = this.value === undefined || this.value === this.programs;
    if (declared !== undefined) {
      if (!untouched && this.value !== undefined && this.value !== declared) this.keep(this.value);
      this.value = declared;
    } else if (this.programs !== undefined && untouched) this.value = undefined;
    this.programs = declared;
  }
}

async function live(events: readonly Event[]): Promise<void> {
  const steps: Step[] = [...SEED];
  const checks: { readonly at: number; readonly expected: Record<string, Expected> }[] = [];
  const now: Record<string, Expected> = Object.fromEntries(NAMES.map((name) => [name, new Expected()]));
  for (const event of events) {
    if (event.kind === "edit") {
      now[event.name]?.edited(event.value);
      const step = THINGS[event.name]?.edit(event.value);
      if (step) steps.push(step);
      continue;
    }
    const declaration = declarationOf(event.values);
    for (const kill of event.kills) steps.push({ do: "boot", declaration, kill });
    for (const [name, expected] of Object.entries(now)) expected.booted(event.values[name]);
    // Twice is the same as once.
    steps.push({ do: "boot", declaration }, { do: "boot", declaration });
    checks.push({ at: steps.length - 1, expected: structuredClone(now) });
  }
  const results = await machine.run(steps);
  for (const { at, expected } of checks) {
    const tree = results[at]?.data ?? {};
    expect(tree).toEqual(results[at - 1]?.data);
    for (const [name, thing] of Object.entries(THINGS)) {
      const { value, kept } = Object(expected[name]);
      expect([name, thing.read(tree)]).toEqual([name, value]);
      expect([name, thing.kept(tree)]).toEqual([name, new Set(kept)]);
    }
    expect(
      Object.keys(tree).filter((path) => path.includes(".cdktf-hermes") && !/^\.cdktf-hermes/.test(path)),
    ).toEqual([]);
    expect(textOf(tree, "memories/USER.md")).toBe("what the agent learned\n");
    expect(textOf(tree, "skills/own/SKILL.md")).toBe("what the agent wrote\n");
    expect(tree["config.yaml"]?.yaml).toMatchObject({ model: { other: 1 }, list: ["a"] });
  }
}

test("what is declared holds after each boot, what somebody wrote is kept or stays, and what is no longer declared goes", async () => {
  await fc.assert(fc.asyncProperty(histories(false), live), { numRuns: RUNS });
});

test("a boot that was killed anywhere is finished by the next one, with nothing lost and nothing kept twice", async () => {
  await fc.assert(fc.asyncProperty(histories(true), live), { numRuns: RUNS });
});

/** Years of somebody who changes again and again what the program says. */
const years: fc.Arbitrary<Event[]> = fc
  .record({
    name: fc.constantFrom(...NAMES),
    values: fc.array(
      fc.integer({ min: 1, max: 30 }).map((n) => `p${n}`),
      { minLength: MOST + 1, maxLength: 2 * MOST },
    ),
  })
  .map(({ name, values }) =>
    values.flatMap((value): Event[] => [
      { kind: "edit", name, value },
      { kind: "boot", values: { [name]: "v1" }, kills: [] },
    ]),
  );

test("after years the first and the newest of the replaced values are there, and no more", async () => {
  await fc.assert(fc.asyncProperty(years, live), { numRuns: RUNS / 6 });
});
