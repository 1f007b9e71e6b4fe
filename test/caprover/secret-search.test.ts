import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../agents";
import { succeed } from "./command";
import { ArgumentWatch, secretsIn, writtenBelow } from "./secret-search";

const SECRETS = { first: "value-of-the-first", second: "value-of-the-second" };

test("the search names the secrets whose value is in a text", () => {
  expect(secretsIn(`a${SECRETS.second}b`, SECRETS)).toEqual(["second"]);
  expect(secretsIn("value-of-the", SECRETS)).toEqual([]);
});

test("the search looks at files of any depth, and skips installed packages", () => {
  const folder = temporaryFolder();
  for (const path of ["stacks/agent", "node_modules/x"]) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, "stacks", "agent", "cdk.tf.json"), SECRETS.first);
  writeFileSync(join(folder, "node_modules", "x", "file"), SECRETS.second);
  expect(secretsIn(writtenBelow(folder), SECRETS)).toEqual(["first"]);
});

(ArgumentWatch.isPossible ? test : test.skip)(
  "the watch sees the arguments of a process that runs for a moment (needs /proc)",
  async () => {
    const watch = await ArgumentWatch.begin();
    await succeed(temporaryFolder(), {}, "sh", "-c", "sleep 0.2; true", SECRETS.first);
    expect(secretsIn(await watch.end(), SECRETS)).toEqual(["first"]);
  },
);
