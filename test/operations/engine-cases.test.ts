/** Which failures of which conditions the engine tests produce on a real agent. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Condition } from "../../lib/hermes/condition";
import { CONDITIONS } from "../../lib/hermes/conditions";

const ENGINE = join(__dirname, "../engine");

/** What can't be had there, and why. */
const NOT_THERE: Readonly<Record<string, string>> = {
  "app stopped": "an app of a CapRover server, which the tests of the sandbox have",
  "app several": "an app of a CapRover server, which the tests of the sandbox have",
  "app nothing": "an app of a CapRover server, which the tests of the sandbox have",
  "app restarting": "an app of a CapRover server, which the tests of the sandbox have",
  "apiServer stranger": "the address is found from inside the container, where nobody else answers",
  "dashboard stranger": "the address is found from inside the container, where nobody else answers",
  "dashboardLogin rejected": "the login is tried from outside only, in the tests of `over-http`",
  "terminal other": "for texts of clients that no test knows",
  "apiServer open": "no release that runs there serves its API without a key",
};

const text = [
  "verify.test.ts",
  "around/terminal.test.ts",
  ...readdirSync(join(ENGINE, "verify")).map((file) => join("verify", file)),
]
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(ENGINE, file), "utf8"))
  .join("\n");

/** As in `fails: { "tokens SLACK_BOT_TOKEN": "rejected" }`. */
const produced = new Set(
  [...text.matchAll(/[{ "](\w+)(?: \w+)?"?: "(\w+)"/g)].map(
    ([, condition, failure]) => `${condition} ${failure}`,
  ),
);

const all = Object.entries<Condition>(CONDITIONS).flatMap(([id, { bad }]) =>
  Object.keys(bad).map((failure) => `${id} ${failure}`),
);

test.each(all)("the failure %s is produced on a real agent, or it is said why it can't be", (failure) => {
  expect(produced.has(failure) !== failure in NOT_THERE).toBe(true);
});

test("nothing is said not to be there that is no failure of a condition", () => {
  expect(Object.keys(NOT_THERE).filter((failure) => !all.includes(failure))).toEqual([]);
});
