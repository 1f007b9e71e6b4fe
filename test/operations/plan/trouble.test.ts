import { shownTrouble, troubleIn } from "../../../lib/operations/plan/trouble";
import type { SynthesizedStack } from "../../../lib/operations/stacks";

const STACK: SynthesizedStack = {
  name: "agent",
  folder: "stacks/agent",
  dependsOn: ["images", "network"],
  document: { variable: { key: { sensitive: true }, keys: { sensitive: true }, region: {} } },
  metadata: {},
  warnings: [],
  agents: [],
};

test.each([
  [
    "variables without a value, all at once",
    ["key", "region", "key"].map((name) => ({
      summary: "No value for required variable",
      detail: `The root module input variable "${name}" is not set, and has no default value.`,
    })),
    { why: "these variables have no value: TF_VAR_key, TF_VAR_region", fix: "set TF_VAR_key, TF_VAR_region" },
  ],
  [
    "a state that another Terraform has locked",
    [{ summary: "Error acquiring the state lock", detail: "resource temporarily unavailable" }],
    { why: "another Terraform works on its state", fix: expect.stringContaining("wait") },
  ],
  [
    "a stack before it that has no state",
    [{ summary: "Unable to find remote state", detail: "No stored state was found." }],
    {
      why: expect.stringContaining("it reads outputs of another stack"),
      fix: "deploy first: images, network",
    },
  ],
  [
    "a stack before it that has not got the output yet",
    [
      {
        summary: "Unsupported attribute",
        detail: 'This object does not have an attribute named "cross-stack-output-caprover_appproxyurl".',
      },
    ],
    {
      why: expect.stringContaining("it reads outputs of another stack"),
      fix: "deploy first: images, network",
    },
  ],
  [
    "an attribute that is not there for another reason",
    [{ summary: "Unsupported attribute", detail: 'There is no attribute named "x".', address: "a.b" }],
    { why: 'a.b: Unsupported attribute: There is no attribute named "x".' },
  ],
  [
    "what is not known here, each once",
    [
      { summary: "Cannot connect to the Docker daemon", detail: "" },
      { summary: "Cannot connect to the Docker daemon", detail: "" },
    ],
    { why: "Cannot connect to the Docker daemon" },
  ],
])("the words for %s", (_what, diagnostics, expected) => {
  expect(troubleIn(diagnostics, STACK)).toEqual(expected);
});

describe("a message of Terraform", () => {
  const SECRETS = {
    TF_VAR_key: "s3cret-of-the-key",
    TF_VAR_keys: JSON.stringify({ one: "first-of-many", list: ["second-of-many"] }),
    CAPROVER_PASSWORD: "captain-of-the-ship",
    MY_TOKEN: "two\nlines-of-it",
    TF_VAR_region: "frankfurt",
  };
  const before = { ...process.env };
  beforeAll(() => Object.assign(process.env, SECRETS));
  afterAll(() => {
    for (const name of Object.keys(SECRETS)) delete process.env[name];
    Object.assign(process.env, before);
  });

  test.each([
    "s3cret-of-the-key",
    "first-of-many",
    "second-of-many",
    "captain-of-the-ship",
    "lines-of-it",
    "two\nlines-of-it",
  ])("does not show the secret %j", (secret) => {
    const { why, fix } = shownTrouble({ why: `it said ${secret}, twice ${secret}`, fix: secret }, STACK);
    expect(`${why} ${fix}`).not.toContain(secret);
    expect(why).toContain("it said (sensitive)");
  });

  test("shows what is no secret, in one line", () => {
    expect(shownTrouble({ why: "region frankfurt\nis\u001b[31m full" }, STACK)).toEqual({
      why: "region frankfurt is [31m full",
    });
  });

  test("is not shown at all if it holds something that looks like a credential", () => {
    const token = `xoxb-${"1234567890-".repeat(2)}abcdefghijklmnopqrstuvwx`;
    const { why } = shownTrouble({ why: `bad ${token}` }, STACK);
    expect(why).toMatch(/^\(a message with .*, not shown\)$/);
  });
});
