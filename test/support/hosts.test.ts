import fc from "fast-check";
import { hostOf, isLoopbackHost } from "../../lib/support/hosts";

const scheme = fc.constantFrom("http", "https", "ws", "WSS", "socks5", "redis", "postgres", "tcp");
const port = fc.integer({ min: 1, max: 65535 });
const path = fc.constantFrom("", "/", "/v1", "/a?b=c", "/${NAME}/x");
const ownHost = fc.oneof(
  fc.constantFrom(
    "localhost",
    "LocalHost",
    "localhost.",
    "a.b.localhost",
    "ip6-localhost",
    "ip6-loopback",
    "[::1]",
    "[::]",
    "0.0.0.0",
    "0",
    "127.1",
    "localhost.localdomain",
    "LOCALHOST6.localdomain6",
    "ip6-loopback",
  ),
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((rest) => `127.${rest.join(".")}`),
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((rest) => `[::ffff:127.${rest.join(".")}]`),
);
const otherHost = fc.oneof(
  fc.constantFrom(
    "vllm",
    "localhost.example",
    "localhost.lan",
    "models.localdomain",
    "mylocalhost",
    "128.0.0.1",
    "[fd00::1]",
    "[2001:db8::7f00:1]",
  ),
  fc
    .tuple(fc.integer({ min: 1, max: 126 }), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((parts) => parts.join(".")),
);

const url = (host: fc.Arbitrary<string>) =>
  fc.record({ scheme, host, port, path }).map((parts) => ({
    ...parts,
    text: `${parts.scheme}://${parts.host}:${parts.port}${parts.path}`,
  }));

test("every spelling of the machine's own address is one, whatever the scheme, port and path", () => {
  fc.assert(
    fc.property(url(ownHost), ({ text, port }) => {
      const found = hostOf(text);
      expect(isLoopbackHost(found?.host ?? "")).toBe(true);
      expect(found?.port).toBe(port === 80 ? "80" : String(port));
    }),
  );
});

test("no other address is one", () => {
  fc.assert(
    fc.property(url(otherHost), ({ text }) => {
      const host = hostOf(text)?.host;
      expect(host).toBeDefined();
      expect(isLoopbackHost(host ?? "")).toBe(false);
    }),
  );
});

test("any text is read without an exception, and text without a scheme is no address unless it is said to be one", () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, bare) => {
      const found = hostOf(text, bare);
      if (!bare && !text.includes("://")) expect(found).toBeUndefined();
    }),
  );
});

test.each([
  ["localhost:3128", "localhost", "3128"],
  ["proxy", "proxy", "80"],
])("%s is read as a host and a port where no scheme is written", (text, host, port) => {
  expect(hostOf(text, true)).toEqual({ host, port });
});
