import { serverName } from "../../../lib/targets/caprover/server";
import { newStack } from "../../agents";

const stack = newStack();

test.each([
  "https://captain.apps.example.com/",
  "https://Captain.Apps.Example.com",
  "https://captain.apps.example.com:443",
  "http://captain.apps.example.com",
  "http://captain.apps.example.com:80/",
  "https://captain.apps.example.com./api/v2",
  " https://captain.apps.example.com",
])("%s is one CapRover server", (address) => {
  expect(serverName(stack, address, {})).toBe(serverName(stack, "https://captain.apps.example.com", {}));
});

test.each([
  "https://captain.example.com",
  "http://captain.apps.example.com:3000",
  "${var.url}",
])("%s may be another CapRover server", (address) => {
  expect(serverName(stack, address, {})).not.toBe(serverName(stack, "https://captain.apps.example.com", {}));
});

test("the environment's CapRover server is that of a provider without an address", () => {
  const environment = { CAPROVER_URL: "https://captain.apps.example.com" };
  expect(serverName(stack, undefined, environment)).toBe(serverName(stack, environment.CAPROVER_URL, {}));
  expect(serverName(stack, "https://captain.example.com", environment)).not.toBe(
    serverName(stack, undefined, environment),
  );
});
