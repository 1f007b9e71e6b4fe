import { bothSides } from "./synth";

test("the synth benchmark compares two ways to the same resources", () => {
  const { ours, byHand } = bothSides();
  expect(ours).toEqual(byHand);
});
