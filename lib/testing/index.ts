/** For the tests of your own infra repo. */
export { hermesMatchers } from "./matchers";
export { type SynthesizedStack, synthesizeApp, synthesizeStack } from "./synthesized";
