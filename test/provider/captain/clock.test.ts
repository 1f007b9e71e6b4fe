import { speedFor } from "../../../lib/provider/captain/clock";

it("the clock runs faster only beside a CapRover server on loopback", () => {
  expect(speedFor(new URL("http://127.0.0.1:3000"), "100")).toBe(100);
  expect(speedFor(new URL("https://captain.example.com"), "100")).toBe(1);
  expect(speedFor(new URL("http://127.0.0.1"), "nonsense")).toBe(1);
});
