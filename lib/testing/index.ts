/** For the tests of your own infra repo. */
export * from "./caprover-sandbox";
export { hermesMatchers } from "./matchers";
export { type SynthesizedStack, synthesizeApp, synthesizeStack } from "./synthesized";
