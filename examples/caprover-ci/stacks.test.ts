import { Testing } from "cdktf";
import { hermesMatchers, synthesizeApp } from "cdktf-hermes/testing";
import { defineStacks } from "./stacks";

expect.extend(hermesMatchers);

const app = Testing.app();
defineStacks(app);
const stacks = synthesizeApp(app);

test("the agent keeps its state on its volume", () => expect(stacks["agent"]).toMountHermesData());
test("the agent has its home on the volume", () => expect(stacks["agent"]).toSetHermesHome());
test("the agent runs the gateway", () => expect(stacks["agent"]).toRunGatewayMode());

test.each(Object.keys(stacks))("stack %s has no secret in clear text", (name) => {
  expect(stacks[name]).toHaveNoLiteralSecret();
});

test("the synthesized stacks are those of the snapshot", () => {
  expect(stacks).toMatchSnapshot();
});
