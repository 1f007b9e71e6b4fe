/** Every platform with every other one, on each target: what it comes to is a program for Terraform, or a refusal. */
import { type TerraformStack, Testing } from "cdktf";
import { CapRoverProvider, HermesConfigError, HermesTarget, type ListenerName } from "../../lib";
import { LISTENER_NAMES } from "../../lib/hermes/platforms";
import { RULES } from "../../lib/targets";
import { type AgentProps, agent, newStack, secretOf } from "../agents";
import { ALL, allOf, neededBy, type PlatformCase } from "../hermes/platform-cases";

let count = 0;

type Place = (stack: TerraformStack, called: readonly ListenerName[]) => AgentProps;

/** One port of the host, or one app, for each platform that is called. */
const PLACES: Readonly<Record<string, Place>> = {
  "Docker by default": () => ({}),
  "Docker, published at ports of their own": (_, called) => ({
    target: HermesTarget.docker({
      publish: Object.fromEntries(called.map((name, i) => [name, { port: 7000 + i, address: "10.0.0.5" }])),
    }),
  }),
  "Docker, published nowhere": (_, called) => ({
    target: HermesTarget.docker({ publish: Object.fromEntries(called.map((name) => [name, false])) }),
  }),
  "CapRover by default": (stack) => {
    new CapRoverProvider(stack, "caprover");
    return { target: HermesTarget.caprover() };
  },
  "CapRover, an app for each": (stack, called) => {
    new CapRoverProvider(stack, "caprover");
    const apps = Object.fromEntries(
      called.map((name) => [name, { name: `hermes-${name.toLowerCase()}-${count}` }]),
    );
    return { apiServer: { key: secretOf(stack, "key") }, target: HermesTarget.caprover({ apps }) };
  },
  "CapRover without address": (stack) => {
    new CapRoverProvider(stack, "caprover");
    return { target: HermesTarget.caprover({ address: false }) };
  },
};

const PAIRS = ALL.map(([name, platform], i) => ({ name, platform, others: ALL.slice(i) }));

/** "written", or the ids of the rules that refuse it. */
function outcome(
  names: readonly string[],
  messaging: (stack: TerraformStack) => NonNullable<AgentProps["messaging"]>,
  place: Place,
): readonly string[] | "written" {
  const stack = newStack();
  count++;
  const called = LISTENER_NAMES.filter((name) => names.includes(name));
  try {
    agent(stack, { messaging: messaging(stack), ...place(stack, called) });
  } catch (error) {
    if (!(error instanceof HermesConfigError)) throw error;
    return error.problems.map(({ rule = "" }) => rule);
  }
  expect(JSON.parse(Testing.synth(stack))).toHaveProperty("resource");
  return "written";
}

const values = (
  stack: TerraformStack,
  chosen: readonly (readonly [string, PlatformCase])[],
  of: typeof neededBy,
) => Object.fromEntries(chosen.map(([name, platform]) => [name, of(stack, platform)]));

function expectAllowed(what: string, found: readonly string[] | "written"): void {
  const unexpected = found === "written" ? [] : found.filter((rule) => !CAN_HAPPEN.has(rule));
  expect({ what, unexpected }).toEqual({ what, unexpected: [] });
}

test.each(PAIRS)("$name together with each other platform is written, or refused by rules that can happen", ({
  name,
  platform,
  others,
}) => {
  const places = Object.entries(PLACES);
  for (const [i, [other, second]] of others.entries()) {
    const chosen = [
      [name, platform],
      [other, second],
    ] as const;
    const [where, place] = places[i % places.length] ?? ["Docker", () => ({})];
    // All their props at one place, and those that they need at the next one.
    const of = i % 2 === 0 ? allOf : neededBy;
    const found = outcome([name, other], (stack) => values(stack, chosen, of), place);
    expectAllowed(`${name} and ${other}, ${where}`, found);
  }
});

test.each(
  Object.entries(PLACES),
)("each platform alone is written, or refused by rules that can happen: %s", (where, place) => {
  for (const one of ALL) {
    const found = outcome([one[0]], (stack) => values(stack, [one], allOf), place);
    expectAllowed(`${one[0]}, ${where}`, found);
  }
});

/** What can be wrong with two platforms that are right by themselves. */
const CAN_HAPPEN: ReadonlySet<string> = new Set([
  "messaging-port-taken",
  "duplicate-port",
  "docker-publish-without-service",
  "docker-own-name-unreachable",
  "caprover-platform-unrouted",
  "caprover-unsupported-own-name",
  "caprover-app-without-service",
]);

test("the rules that can refuse two platforms exist", () => {
  for (const rule of CAN_HAPPEN) expect(Object.keys(RULES)).toContain(rule);
});

test("two platforms that share no port are written on Docker", () => {
  const quiet = ALL.filter(([, { port }]) => port === undefined);
  for (const [i, first] of quiet.entries()) {
    const second = quiet[(i + 1) % quiet.length] ?? first;
    const chosen = [first, second];
    expect(
      outcome(
        [],
        (stack) => values(stack, chosen, allOf),
        () => ({}),
      ),
    ).toBe("written");
  }
});

test("all platforms that are called fit into one agent, when each has a port of its own", () => {
  const called = ALL.filter(([name, { port }]) => port !== undefined && name !== "bluebubbles");
  const stack = newStack();
  const messaging = Object.fromEntries(
    called.map(([name, platform], i) => [
      name,
      { ...allOf(stack, platform), ...(platform.port && { [platform.port[2]]: 7000 + i }) },
    ]),
  );
  agent(stack, { messaging });
  const { resource } = JSON.parse(Testing.synth(stack));
  expect(resource.docker_container.hermes.ports).toHaveLength(called.length);
});
