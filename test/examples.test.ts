import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hermesMatchers } from "cdktf-hermes/testing";
import { type Document, records } from "../lib/support/json-document";
import { SETTINGS_LABEL } from "../lib/targets/docker/unapplied-settings";
import { readableStack } from "../lib/testing/readable";

expect.extend(hermesMatchers);

const EXAMPLES = join(__dirname, "..", "examples");
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => existsSync(join(EXAMPLES, name, "main.ts")));

interface Manifest {
  readonly stacks: Record<
    string,
    { synthesizedStackPath: string; dependencies: string[]; annotations: unknown[] }
  >;
}

/** Our own program has tests of its own, and would change every snapshot with each of its lines. */
function withoutProgram(document: Document): Document {
  return JSON.parse(
    JSON.stringify(document).replaceAll(/"program":"cdktf-hermes \w+"/g, '"program":"cdktf-hermes"'),
  );
}

/** Runs an example's main program and reads what it wrote, without what differs between machines. */
function synthesize(name: string) {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-hermes-example-"));
  const before = process.env["CDKTF_OUTDIR"];
  process.env["CDKTF_OUTDIR"] = outdir;
  try {
    jest.isolateModules(() => {
      require(join(EXAMPLES, name, "main.ts"));
    });
    const manifest: Manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    const stacks = Object.entries(manifest.stacks).map(([stack, { synthesizedStackPath }]) => {
      const withMetadata = JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8"));
      const {
        terraform: { backend: _backend, ...terraform },
        "//": _metadata,
        ...rest
      } = withMetadata;
      const document = { ...rest, terraform };
      return { stack, document, shown: withoutProgram(readableStack(document, { outdir, withMetadata })) };
    });
    return {
      manifest,
      stacks: Object.fromEntries(stacks.map(({ stack, document }) => [stack, document])),
      shown: Object.fromEntries(stacks.map(({ stack, shown }) => [stack, shown])),
    };
  } finally {
    if (before === undefined) delete process.env["CDKTF_OUTDIR"];
    else process.env["CDKTF_OUTDIR"] = before;
    rmSync(outdir, { recursive: true });
  }
}

test("the examples are found", () => expect(names).toContain("smallest-agent"));

describe.each(names)("example %s", (name) => {
  const { manifest, stacks, shown } = synthesize(name);
  const agents = Object.entries(stacks).filter(
    ([, { resource }]) =>
      resource?.caprover_app !== undefined ||
      // A stack may have nothing but servers beside agents.
      records(Object.values(resource?.docker_container ?? {})).some(({ labels }) =>
        records(labels).some(({ label }) => label === SETTINGS_LABEL),
      ),
  );

  test("the example has an agent", () => expect(agents).not.toHaveLength(0));

  describe.each(agents)("stack %s", (agent, stack) => {
    test("the stack's agent mounts /opt/data", () => expect(stack).toMountHermesData());
    test("the stack's agent has HOME=/opt/data/home", () => expect(stack).toSetHermesHome());
    test("the stack's agent runs gateway mode", () => expect(stack).toRunGatewayMode());
    test("the stack has no literal secret", () => expect(stack).toHaveNoLiteralSecret());
    // On CapRover an image is not a resource: CapRover pulls or builds while the previous container runs.
    if (stack.resource.docker_container !== undefined) {
      test("the stack is deployed after the stack of its image", () => {
        expect(manifest.stacks[agent]?.dependencies).toContainEqual(expect.stringMatching(/^images/));
      });
    }
    test("the stack has no volume that a plan could destroy", () => {
      expect(stack.resource).not.toHaveProperty("docker_volume");
    });
  });

  test("the example causes no warning", () => {
    expect(Object.values(manifest.stacks).flatMap(({ annotations }) => annotations)).toEqual([]);
  });

  const environment = join(EXAMPLES, name, ".env.example");
  if (existsSync(environment)) {
    test("the example of an environment file has every variable of the stacks", () => {
      const named = [...readFileSync(environment, "utf8").matchAll(/^TF_VAR_(\w+)=/gm)].map(
        ([, found]) => found,
      );
      const declared = Object.values(stacks).flatMap(({ variable = {} }) => Object.keys(variable));
      expect(named.sort()).toEqual(declared.sort());
    });
  }

  // An infra repo has a snapshot of its own.
  if (!existsSync(join(EXAMPLES, name, "stacks.test.ts"))) {
    test("the synthesized stacks are those of the snapshot", () => expect(shown).toMatchSnapshot());
  }
});
