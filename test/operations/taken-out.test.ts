import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describeStacks } from "../../lib/operations/description";
import { descriptionAsText } from "../../lib/operations/description-text";
import type { Manifest } from "../../lib/operations/manifest";
import { plannedStack } from "../../lib/operations/plan/planned-stack";
import type { SynthesizedStack } from "../../lib/operations/stacks";
import { outputsHere } from "../../lib/operations/taken-out";
import { changeOf, KINDS, planOf } from "../plan/plans";
import { ON_DOCKER } from "./manifests";

const folder = mkdtempSync(join(tmpdir(), "cdktf-hermes-taken-out-"));
afterAll(() => rmSync(folder, { recursive: true }));

const withProfiles = (...names: readonly string[]): Manifest => ({
  ...ON_DOCKER,
  profiles: Object.fromEntries(
    names.map((name) => [name, { ownGateway: true, services: {}, secrets: [], platforms: {} }]),
  ),
});

const stackOf = (agent: Manifest, terraform: object = {}): SynthesizedStack => ({
  name: "agent",
  folder,
  dependsOn: [],
  document: {
    terraform,
    resource: { docker_container: { hermes: { "//": { metadata: { path: "agent/hermes/Default" } } } } },
  },
  metadata: {},
  warnings: [],
  agents: [agent],
});

const local = (path: string) => ({ backend: { local: { path } } });
const outputsOf = (...agents: readonly Manifest[]) =>
  Object.fromEntries(agents.map((agent, i) => [`a${i}_manifest`, JSON.stringify(agent)]));

/** The state as Terraform writes it. */
function deploy(...agents: readonly Manifest[]): void {
  const outputs = Object.entries(outputsOf(...agents)).map(([name, value]) => [
    name,
    { value, type: "string" },
  ]);
  writeFileSync(
    join(folder, "terraform.agent.tfstate"),
    JSON.stringify({ version: 4, outputs: Object.fromEntries(outputs) }),
  );
}

const described = (stack: SynthesizedStack) => descriptionAsText(describeStacks([stack], outputsHere));

test("describe names a profile that is deployed and no longer in the program, if the state lies beside it", () => {
  deploy({ ...ON_DOCKER, agent: "agent/other" }, withProfiles("work", "home"));
  const here = stackOf(withProfiles("home"), local("terraform.agent.tfstate"));
  expect(described(here)).toContain(
    "  profile     work: taken out; the next boot stops it and keeps its data\n",
  );
  expect(describeStacks([here], outputsHere)[0]?.agents[0]).toHaveProperty("takenOut", ["work"]);
});

test.each<[string, object]>([
  ["elsewhere", { backend: { s3: { bucket: "states" } } }],
  ["nowhere yet", local("none.tfstate")],
  ["unreadable", local(".")],
])("describe says nothing of other profiles where the state is %s", (_, terraform) => {
  deploy(withProfiles("work"));
  const found = described(stackOf(ON_DOCKER, terraform));
  expect(found).not.toContain("taken out");
});

test("describe says nothing of profiles that are as deployed, or new", () => {
  deploy(withProfiles("work"));
  const text = described(stackOf(withProfiles("work", "new"), local("terraform.agent.tfstate")));
  expect(text).not.toContain("taken out");
});

test("describe reads whatever stands in the state as nothing, if it is no state", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      writeFileSync(join(folder, "rubbish"), text);
      expect(described(stackOf(ON_DOCKER, local("rubbish")))).not.toContain("taken out");
    }),
  );
});

test("plan names a profile that it takes out, and says that its data is kept", () => {
  const now = KINDS.docker.on({ name: "hermes-data" });
  const change = changeOf(KINDS.docker.type, { before: now, after: now, actions: ["no-op"] });
  const planned = (before: unknown) =>
    plannedStack(stackOf(withProfiles("home")), {
      ...planOf(change),
      output_changes: { hermes_manifest: { actions: ["update"], before } },
    });
  const [deployed] = Object.values(outputsOf(withProfiles("work", "home")));
  expect(planned(deployed).agents[0]?.notes).toEqual([
    "the profile work is taken out: stopped, and its data kept",
  ]);
  for (const before of [null, "", "{", 7, JSON.stringify(withProfiles("home"))])
    expect(planned(before).agents[0]?.notes).toEqual([]);
});
