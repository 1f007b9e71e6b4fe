import fc from "fast-check";
import { reservedVariable } from "../../lib/hermes/environment";
import {
  type AgentProps,
  agent,
  containerWith,
  environmentOf,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
} from "../agents";

const rulesAgainst = (props: AgentProps) => rulesOf(refusalOf(() => agent(newStack(), props)));

/** Variables that an agent with all props sets must not be set by hand. */
test("no variable that the library sets may be set by hand", () => {
  const made = containerWith((stack) => ({
    release: "v2026.6.5",
    apiServer: { key: secretOf(stack), corsOrigins: ["https://a.example"], modelName: "m" },
    trustedProxies: ["10.0.0.1"],
    messaging: {
      slack: { botToken: secretOf(stack, "b"), appToken: secretOf(stack, "a"), allowedUsers: ["U1"] },
      telegram: { botToken: secretOf(stack, "t"), allowedUsers: ["1"] },
      discord: { botToken: secretOf(stack, "d"), allowedUsers: ["1"] },
    },
  }));
  for (const name of Object.keys(environmentOf(made)))
    expect([name, reservedVariable(name)?.reason]).toEqual([name, "owned"]);
});

test.each([
  ["env-owned", "HOME"],
  ["env-owned", "S6_KILL_GRACETIME"],
  ["env-owned", "PUID"],
  ["env-obsolete", "API_SERVER_ENABLED"],
  ["env-obsolete", "HERMES_DASHBOARD_INSECURE"],
  ["env-obsolete", "HERMES_HEADLESS"],
  ["env-breaks-image", "HERMES_HOME"],
  ["env-breaks-image", "HERMES_MANAGED_DIR"],
  ["env-unsafe", "GATEWAY_ALLOW_ALL_USERS"],
  ["env-unsafe", "HERMES_AUTH_JSON_BOOTSTRAP"],
  ["env-unsafe", "HERMES_AUTH_JSON_REBOOTSTRAP"],
])("rule %s refuses %s in env and in secrets", (rule, name) => {
  expect(rulesAgainst({ env: { [name]: "1" } })).toEqual([rule]);
  expect(rulesAgainst({ secrets: { [name]: "${var.x}" } })).toEqual([rule]);
});

test("any other variable is passed on unchanged", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{0,30}$/), (value) => {
      fc.pre(!value.includes("${"));
      const written = environmentOf(containerWith({ env: { MY_SETTING: value } }))["MY_SETTING"];
      expect(written?.replaceAll("%%{", "%{")).toBe(value);
    }),
    { numRuns: 30 },
  );
});

test.each([
  { mcp_servers: { aws: { env: { AWS_SECRET_ACCESS_KEY: "a-literal-key" } } } },
  { mcp_servers: { search: { headers: { Authorization: "Basic YWRhOnB3" } } } },
  { mcp_servers: { search: { headers: { "X-Session": "Bearer a-literal-token" } } } },
])("a credential in config is refused at every depth: %j", (config) => {
  expect(rulesAgainst({ config })).toEqual(["secret-in-config"]);
});
