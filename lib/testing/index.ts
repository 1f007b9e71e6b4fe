/** For the tests of your own infra repo. */
export * from "./caprover-sandbox";
export { hermesMatchers, type MatcherResult } from "./matchers";
export { type SynthesizedStack, synthesizeApp, synthesizeStack } from "./synthesized";
