import fc from "fast-check";
import { parseIpNetwork } from "../../lib/support/ip-network";
import { hasModule, python } from "../python";

test.each([
  ["172.17.0.0/16", 4, 16, true],
  ["172.17.0.1/16", 4, 16, false],
  ["10.0.0.1", 4, 32, true],
  ["0.0.0.0/0", 4, 0, true],
  ["128.0.0.0/1", 4, 1, true],
  ["fc00::/7", 6, 7, true],
  ["::", 6, 128, true],
  ["::/0", 6, 0, true],
  ["fd00::1/8", 6, 8, false],
  ["2001:db8::/32", 6, 32, true],
  ["2001:db8:0:0:0:0:0:1/32", 6, 32, false],
  ["::ffff:10.0.0.0/104", 6, 104, true],
  ["::ffff:10.0.0.1/104", 6, 104, false],
])("%s is a network", (text, family, prefixLength, aligned) => {
  expect(parseIpNetwork(text)).toEqual({ family, prefixLength, aligned });
});

test.each([
  "",
  "*",
  "beef",
  "999.1.1.1",
  "10.0.0.0/33",
  "::/129",
  "10.0.0.0/",
  "10.0.0.0/-1",
  "10.0.0/8",
  "fe80::1%eth0",
  "10.0.0.0/8/8",
  " 10.0.0.1",
])("%j is not a network", (text) => {
  expect(parseIpNetwork(text)).toBeUndefined();
});

/** Networks, half of them with their first address, in every spelling that fast-check knows. */
const NETWORKS = fc
  .sample(
    fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 33 })),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 129 })),
      fc.tuple(
        fc.constantFrom("10.0.0.0", "172.16.0.0", "fd00::", "2001:db8::", "::"),
        fc.integer({ min: 0, max: 32 }),
      ),
    ),
    { numRuns: 500, seed: 2026 },
  )
  .map(([address, prefix]) => `${address}/${prefix}`);

/** uvicorn reads networks in the same way. */
const READ_BY_PYTHON = `
import ipaddress, json, sys
def read(text):
    try: return ipaddress.ip_network(text).prefixlen
    except ValueError: return None
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`;

test("the accepted networks are those that Python's ipaddress accepts (skipped without python3)", () => {
  const networks = NETWORKS.map(parseIpNetwork);
  expect(new Set(networks.map((network) => network?.aligned))).toEqual(new Set([true, false, undefined]));
  if (!hasModule("ipaddress")) return;
  expect(networks.map((network) => (network?.aligned ? network.prefixLength : null))).toEqual(
    python(READ_BY_PYTHON, NETWORKS),
  );
});
