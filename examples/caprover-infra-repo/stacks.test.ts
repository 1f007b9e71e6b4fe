import { Testing } from "cdktf";
import { hermesMatchers, synthesizeApp } from "cdktf-hermes/testing";
import { AGENTS, defineStacks } from "./stacks";

expect.extend(hermesMatchers);

const app = Testing.app();
defineStacks(app);
const stacks = synthesizeApp(app);

describe.each(AGENTS)("agent $name", ({ name }) => {
  const stack = stacks[name];

  test("keeps its state on its volume", () => expect(stack).toMountHermesData());
  test("has its home on the volume", () => expect(stack).toSetHermesHome());
  test("runs the gateway", () => expect(stack).toRunGatewayMode());
  test("has no secret in clear text", () => expect(stack).toHaveNoLiteralSecret());
});

test("nothing changed that was not meant to", () => {
  expect(stacks).toMatchSnapshot();
});
