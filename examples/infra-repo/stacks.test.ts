import { Testing } from "cdktf";
import { hermesMatchers, synthesizeApp } from "cdktf-hermes/testing";
import { AGENTS, defineStacks } from "./stacks";

expect.extend(hermesMatchers);

const app = Testing.app();
defineStacks(app);
const stacks = synthesizeApp(app);

describe.each(AGENTS)("agent $name", ({ name }) => {
  const stack = stacks[name];

  test("the agent keeps its state on its volume", () => expect(stack).toMountHermesData());
  test("the agent has its home on the volume", () => expect(stack).toSetHermesHome());
  test("the agent runs the gateway", () => expect(stack).toRunGatewayMode());
  test("the agent has no secret in clear text", () => expect(stack).toHaveNoLiteralSecret());
});

test("the synthesized stacks are those of the snapshot", () => {
  expect(stacks).toMatchSnapshot();
});
