/** What stays of a profile that is taken out of the program: everything but what may be a secret of the program. */
import fc from "fast-check";
import type { ProfileDeclaration } from "../../../lib/boot/declaration";
import {
  declaredProfiles,
  Machine,
  type Part,
  reported,
  type Step,
  type Tree,
  textOf,
  volumeOf,
  write,
} from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

const RECORD = ".cdktf-hermes/record.json";
const HOME = "profiles/work";
const SECRETS = { KEY: "secret-key", HEADER: "secret-header", WORD: "secret-word", TOKEN: "secret-token" };

const jobOf = (id: string, name: string, prompt: ProfileDeclaration["jobs"][number]["prompt"]) => ({
  id,
  name,
  prompt,
  schedule: { kind: "cron", expr: "0 9 * * *", display: "0 9 * * *" } as const,
  deliver: { value: "local" },
  skills: [],
});

const work: Part = {
  ownGateway: true,
  config: [
    { path: ["model", "default"], value: "fake-1" },
    { path: ["model", "api_key"], from: "KEY" },
    { path: ["mcp_servers", "tool", "url"], value: "http://tool:8000/mcp" },
    { path: ["mcp_servers", "tool", "headers", "Authorization"], from: "HEADER" },
  ],
  env: { TOKEN: { from: "TOKEN" }, OFF: null },
  files: {
    "SOUL.md": { value: "worker\n" },
    "notes/plain.md": { value: "plain" },
    "notes/secret.md": { from: "WORD" },
    "keys/secret.md": { from: "WORD" },
  },
  jobs: [jobOf("aaaabbbbcccc", "plain", { value: "p" }), jobOf("aaaabbbbdddd", "secret", { from: "WORD" })],
};

type Boot = Extract<Step, { readonly do: "boot" }>;

const withWork = (part: Part = work, values: Readonly<Record<string, string>> = SECRETS): Boot => ({
  do: "boot",
  declaration: declaredProfiles({ default: {}, work: part }),
  values,
});
const WITHOUT = declaredProfiles({ default: {} });
const without: Boot = { do: "boot", declaration: WITHOUT };

const secretsOn = (tree: Tree) =>
  Object.entries(tree).flatMap(([path, { text = "" }]) => (text.includes("secret-") ? [path] : []));
const jobsOf = (tree: Tree): readonly string[] =>
  JSON.parse(textOf(tree, `${HOME}/cron/jobs.json`) ?? '{"jobs":[]}').jobs.map(
    ({ name }: { name: string }) => name,
  );

/** What this version adds to the record. */
const marked = (tree: Tree): Record<string, unknown> =>
  JSON.parse(textOf(tree, RECORD) ?? "{}").homes?.work ?? {};
const recordWith = (tree: Tree, home: Record<string, unknown>): Step => {
  const record = JSON.parse(textOf(tree, RECORD) ?? "{}");
  return write(RECORD, JSON.stringify({ ...record, homes: { ...record.homes, work: home } }), 0o600);
};

describe("a profile that is taken out of the program", () => {
  test("no secret of it is left on the volume, and everything else is", async () => {
    const before = await volumeAfter(withWork());
    expect(secretsOn(before).sort()).toEqual([
      `${HOME}/.env`,
      `${HOME}/config.yaml`,
      `${HOME}/cron/jobs.json`,
      `${HOME}/keys/secret.md`,
      `${HOME}/notes/secret.md`,
    ]);
    const tree = await volumeAfter(withWork(), write(`${HOME}/memories/m.md`, "m"), without);
    expect(secretsOn(tree)).toEqual([]);
    expect(tree[`${HOME}/config.yaml`]?.yaml).toEqual({
      model: { default: "fake-1" },
      mcp_servers: { tool: { url: "http://tool:8000/mcp" } },
    });
    expect(textOf(tree, `${HOME}/SOUL.md`)).toBe("worker\n");
    expect(textOf(tree, `${HOME}/notes/plain.md`)).toBe("plain");
    expect(textOf(tree, `${HOME}/memories/m.md`)).toBe("m");
    expect(tree).not.toHaveProperty([`${HOME}/keys`]);
    expect(jobsOf(tree)).toEqual(["plain"]);
    expect(reported(tree).map(({ what, kind, name }) => [what, kind, name])).toEqual(
      expect.arrayContaining([
        ["kept", "profile", "work"],
        ["takenBack", "setting", "model.api_key"],
        ["takenBack", "setting", "mcp_servers.tool.headers.Authorization"],
        ["takenBack", "file", "notes/secret.md"],
        ["takenBack", "job", "secret"],
        ["takenBack", "variable", "TOKEN"],
      ]),
    );
  });

  test("an identity with a secret in it becomes a neutral one, so that the profile is still known as one", async () => {
    const tree = await volumeAfter(withWork({ files: { "SOUL.md": { from: "WORD" } } }), without, without);
    expect(textOf(tree, `${HOME}/SOUL.md`)).toMatch(/assistant/);
    const removed: Step = { do: "remove", path: `${HOME}/SOUL.md` };
    expect(
      await volumeAfter(withWork({ files: { "SOUL.md": { from: "WORD" } } }), removed, without),
    ).not.toHaveProperty([`${HOME}/SOUL.md`]);
  });

  test("what somebody made of a secret stays, and is named", async () => {
    const tree = await volumeAfter(
      withWork(),
      { do: "edit", path: `${HOME}/config.yaml`, at: ["model", "api_key"], value: "mine" },
      write(`${HOME}/notes/secret.md`, "my own"),
      without,
    );
    expect(secretsOn(tree)).toEqual([]);
    expect(tree[`${HOME}/config.yaml`]?.yaml).toMatchObject({ model: { api_key: "mine" } });
    expect(textOf(tree, `${HOME}/notes/secret.md`)).toBe("my own");
    expect(
      reported(tree)
        .filter(({ what }) => what === "left")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["model.api_key", "notes/secret.md"]);
  });

  test("a setting that was plain once and a secret at last goes, also if both are the same text", async () => {
    const plain = { ...work, config: [{ path: ["model", "api_key"], value: SECRETS.KEY }] };
    expect(secretsOn(await volumeAfter(withWork(plain), withWork(), without))).toEqual([]);
  });

  test("it comes back with all that was declared, and nothing of it counts as somebody's own", async () => {
    const whole = await volumeAfter(withWork());
    const tree = await volumeAfter(withWork(), without, withWork());
    expect(tree[`${HOME}/config.yaml`]?.yaml).toEqual(whole[`${HOME}/config.yaml`]?.yaml);
    expect([...jobsOf(tree)].sort()).toEqual(["plain", "secret"]);
    expect(reported(tree)).toEqual([]);
  });

  test("a boot that is killed at any step while it takes secrets back is finished by the next one", async () => {
    const whole = await volumeAfter(withWork(), without);
    const killed = await machine.everyKill([withWork()], WITHOUT);
    expect(killed.length).toBeGreaterThan(8);
    for (const { kill, data } of killed) {
      const { ".cdktf-hermes/report.json": _, ...rest } = data;
      const { ".cdktf-hermes/report.json": __, ...expected } = whole;
      expect([kill, rest]).toEqual([kill, expected]);
    }
  });
});

describe("the record of an earlier version", () => {
  const NEITHER = "from a version that marked nothing";

  test(`everything declared of a profile goes when it is taken out, ${NEITHER}, and what the agent wrote stays`, async () => {
    const first = await volumeAfter(withWork());
    const { harmless, ...home } = marked(first);
    expect(harmless).toBeDefined();
    const tree = await volumeAfter(
      withWork(),
      write(`${HOME}/memories/m.md`, "m"),
      { do: "edit", path: `${HOME}/config.yaml`, at: ["own"], value: 1 },
      recordWith(first, home),
      without,
    );
    expect(secretsOn(tree)).toEqual([]);
    expect(tree[`${HOME}/config.yaml`]?.yaml).toEqual({ own: 1 });
    expect(textOf(tree, `${HOME}/memories/m.md`)).toBe("m");
    // By it Hermes knows a profile.
    expect(textOf(tree, `${HOME}/SOUL.md`)).toMatch(/assistant/);
  });

  test("one boot of this version marks what it finds as declared", async () => {
    const first = await volumeAfter(withWork());
    const { harmless, ...home } = marked(first);
    const again = await volumeAfter(withWork(), recordWith(first, home), withWork());
    expect(marked(again)["harmless"]).toEqual(harmless);
  });

  test("what an earlier version wrote after this one is not taken for harmless", async () => {
    const at = ["model", "api_key"];
    const plain = await volumeAfter(withWork({ config: [{ path: at, value: "none" }] }));
    const secret = await volumeAfter(
      withWork({ config: [{ path: at, value: "none" }] }),
      withWork({ config: [{ path: at, from: "KEY" }] }),
    );
    expect(marked(secret)).not.toHaveProperty(["harmless", "config"]);
    const mixed = { ...marked(secret), harmless: marked(plain)["harmless"] };
    const tree = await volumeAfter(
      withWork({ config: [{ path: at, value: "none" }] }),
      withWork({ config: [{ path: at, from: "KEY" }] }),
      recordWith(secret, mixed),
      without,
    );
    expect(secretsOn(tree)).toEqual([]);
  });
});

/** One thing of a profile in a random life. */
interface Thing {
  readonly declare: (value: { value: string } | { from: string }) => Part;
  readonly edit: (value: string) => Step;
  readonly read: (tree: Tree) => unknown;
}

const NOTE = `${HOME}/notes/n.md`;
const THINGS: Readonly<Record<string, Thing>> = {
  setting: {
    declare: (value) => ({ config: [{ path: ["model", "api_key"], ...value }] }),
    edit: (value) => ({ do: "edit", path: `${HOME}/config.yaml`, at: ["model", "api_key"], value }),
    read: (tree) => Object(Object(tree[`${HOME}/config.yaml`]?.yaml).model).api_key,
  },
  file: {
    declare: (value) => ({ files: { "notes/n.md": value } }),
    edit: (value) => write(NOTE, value),
    read: (tree) => textOf(tree, NOTE),
  },
};

const BASE: ProfileDeclaration["config"] = [{ path: ["base"], value: 1 }];

type Declared = { readonly value: string } | { readonly from: string };
type Event =
  | { readonly kind: "boot"; readonly declared: Declared | undefined; readonly kills: readonly number[] }
  | { readonly kind: "out"; readonly kills: readonly number[] }
  | { readonly kind: "edit"; readonly value: string };

const VALUES = { A: "secret-a", B: "secret-b" };
const kills = fc.array(fc.nat(20), { maxLength: 2 });
const anyDeclared = fc.constantFrom<Declared | undefined>(
  undefined,
  { value: "plain-a" },
  { value: "plain-b" },
  { from: "A" },
  { from: "B" },
);
const lives: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("boot" as const), declared: anyDeclared, kills }),
    fc.record({ kind: fc.constant("out" as const), kills }),
    fc.record({ kind: fc.constant("edit" as const), value: fc.constantFrom("mine-a", "mine-b") }),
  ),
  { minLength: 1, maxLength: 8 },
);

/** @returns the steps, each with what must stand there after it; undefined where nothing is looked at */
function lifeOf(thing: Thing, events: readonly Event[]) {
  // So that there is a file to edit.
  const base: Part = { ownGateway: true, config: BASE };
  const steps: Step[] = [withWork(base)];
  const expected: { readonly at: number; readonly out: boolean; readonly value: string | undefined }[] = [];
  let there: { value: string; own: boolean; secret: boolean } | undefined;
  for (const event of events) {
    if (event.kind === "edit") {
      steps.push(thing.edit(event.value));
      there = { value: event.value, own: false, secret: false };
      continue;
    }
    const out = event.kind === "out";
    const declared = out ? undefined : event.declared;
    const part: Part = declared ? thing.declare(declared) : {};
    const boot: Boot = out
      ? { ...without, values: VALUES }
      : withWork({ ...base, ...part, config: [...BASE, ...(part?.config ?? [])] }, VALUES);
    for (const kill of event.kills) steps.push({ ...boot, kill });
    steps.push(boot, boot);
    if (declared !== undefined) {
      const secret = "from" in declared;
      const value = secret ? VALUES[declared.from as keyof typeof VALUES] : declared.value;
      there = { value, own: true, secret };
    } else if (there?.own && (!out || there.secret)) there = undefined;
    // A person's value is no longer the program's, whatever it is later.
    expected.push({ at: steps.length - 1, out, value: there?.value });
  }
  return { steps, expected };
}

test.each(
  Object.entries(THINGS),
)("over any life no secret of a %s outlives its profile, plain text does, and a person's value always stays", async (_, thing) => {
  await fc.assert(
    fc.asyncProperty(lives, async (events) => {
      const { steps, expected } = lifeOf(thing, events);
      const results = await machine.run(steps);
      for (const { at, out, value } of expected) {
        const tree = results[at]?.data ?? {};
        expect(tree).toEqual(results[at - 1]?.data);
        expect(thing.read(tree)).toBe(value);
        if (out) expect(secretsOn(tree)).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});
