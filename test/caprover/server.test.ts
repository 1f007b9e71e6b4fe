import { TerraformVariable } from "cdktf";
import fc from "fast-check";
import { serverAt } from "../../lib/caprover/server";
import { newStack } from "../agents";

const SERVER = "captain.apps.example.com";

it.each([
  "https://captain.apps.example.com",
  "https://captain.apps.example.com/",
  "https://captain.apps.example.com/api/v2",
  "https://captain.apps.example.com/api/v2/",
  "https://captain.apps.example.com:443",
  "https://captain.apps.example.com:443/",
  "https://CAPTAIN.apps.Example.com",
  "HTTPS://captain.apps.example.com",
  "https://captain.apps.example.com.",
  "http://captain.apps.example.com",
  "http://captain.apps.example.com:80/api/v2",
  " https://captain.apps.example.com ",
])("%s is one server however it is written", (url) => {
  expect(serverAt(url)).toBe(SERVER);
});

it.each([
  ["https://captain.apps.example.com:8443", "captain.apps.example.com:8443"],
  ["https://captain.other.example.com", "captain.other.example.com"],
  ["https://captain-2.apps.example.com", "captain-2.apps.example.com"],
  ["http://captain.apps.example.com:3000", "captain.apps.example.com:3000"],
  ["http://127.0.0.1:3000", "127.0.0.1:3000"],
  ["http://[::1]:3000/", "[::1]:3000"],
  ["https://captain.bücher.example", "captain.xn--bcher-kva.example"],
  ["no address", "no address"],
  ["ftp://captain.apps.example.com", "ftp://captain.apps.example.com"],
  ["", ""],
])("%s is another server", (url, server) => {
  expect(serverAt(url)).toBe(server);
});

it("an address that only the apply knows stays as it is", () => {
  const url = new TerraformVariable(newStack(), "url", { type: "string" }).stringValue;
  expect(serverAt(url)).toBe(url);
});

it("any spelling of an address gives the same server, and another host or port another one", () => {
  // `xn--` begins an encoded name, which these letters rarely are.
  const label = fc
    .stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
    .filter((text) => !text.startsWith("xn--"));
  const host = fc.tuple(label, label, label).map((labels) => labels.join("."));
  const port = fc.option(fc.integer({ min: 1, max: 65535 }));
  const spelling = fc.record({
    scheme: fc.constantFrom("https", "http", "HTTPS"),
    isUpper: fc.boolean(),
    showsDefaultPort: fc.boolean(),
    path: fc.constantFrom("", "/", "/api/v2", "/api/v2/"),
  });
  type Spelling = typeof spelling extends fc.Arbitrary<infer S> ? S : never;
  const written = (
    name: string,
    given: number | null,
    { scheme, isUpper, showsDefaultPort, path }: Spelling,
  ) => {
    const own = scheme === "http" ? 80 : 443;
    const at = given ?? (showsDefaultPort ? own : null);
    return `${scheme}://${isUpper ? name.toUpperCase() : name}${at === null ? "" : `:${at}`}${path}`;
  };
  fc.assert(
    fc.property(host, port, spelling, spelling, (name, given, one, other) => {
      const server = serverAt(written(name, given, one));
      expect(serverAt(written(name, given, other))).toBe(server);
      expect(serverAt(server)).toBe(server);
      expect(serverAt(written(`other-${name}`, given, one))).not.toBe(server);
    }),
  );
});
