import type { TerraformStack } from "cdktf";
import { CapRoverProvider, type CapRoverTargetProps, DashboardAuth, HermesTarget } from "../../../lib";
import {
  type AgentProps,
  agent,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  warningsOf,
} from "../../agents";

const VARIABLE = "HERMES_DASHBOARD_PUBLIC_URL";

const oidc = (stack: TerraformStack, publicUrl?: string) =>
  DashboardAuth.oidc(stack, "login", {
    issuer: "https://id.example",
    clientId: "hermes",
    ...(publicUrl !== undefined && { publicUrl }),
  });

function deploy(target: CapRoverTargetProps, publicUrl?: string, props: AgentProps = {}): TerraformStack {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  agent(stack, {
    target: HermesTarget.caprover(target),
    apiServer: { key: secretOf(stack) },
    dashboard: oidc(stack, publicUrl),
    ...props,
  });
  return stack;
}

/** What the agent's app gets as the dashboard's URL. */
function publicUrlIn(stack: TerraformStack): unknown {
  const { resource } = JSON.parse(JSON.stringify(synth(stack)));
  return resource.caprover_app.hermes.environment[VARIABLE];
}

const DOMAINS = ["hermes.example.com", "bot.example.com"];
const at = (...domains: readonly string[]): CapRoverTargetProps => ({
  address: { to: "dashboard", domains },
});

describe("the dashboard's public URL that the target knows", () => {
  test.each<[string, unknown, CapRoverTargetProps]>([
    ["the only domain of the address", "https://hermes.example.com", at("hermes.example.com")],
    [
      "the only domain, without https",
      "http://hermes.example.com",
      { address: { to: "dashboard", https: false, domains: ["hermes.example.com"] } },
    ],
    [
      "the only domain of the dashboard's own app",
      "https://hermes.example.com",
      {
        address: { to: "apiServer" },
        apps: { dashboard: { name: "hermes-web", domains: ["hermes.example.com"] } },
      },
    ],
    ["none of two domains", undefined, at(...DOMAINS)],
    ["none without a domain", undefined, {}],
    [
      "none when the domain leads to the API server",
      undefined,
      { address: { to: "apiServer", domains: ["api.example.com"] }, apps: { dashboard: { name: "web" } } },
    ],
  ])("%s gives %s", (_, url, target) => {
    const stack = deploy(target, undefined, {
      acknowledge: { "dashboard-public-url-missing": "the test", "dashboard-without-tls": "the test" },
    });
    expect(publicUrlIn(stack)).toBe(url);
  });

  test("what the program gives comes first", () => {
    expect(publicUrlIn(deploy(at(...DOMAINS), "https://bot.example.com"))).toBe("https://bot.example.com");
  });

  test("an OAuth login with one domain needs no public URL", () => {
    expect(warningsOf(deploy(at("hermes.example.com")))).toEqual([]);
  });
});

describe("a public URL beside the domains of the address", () => {
  test.each([
    "https://hermes.example.com",
    "https://hermes.example.com/",
    "https://HERMES.example.com",
    "https://bot.example.com",
    "https://hermes.apps.example.com",
    "https://hermes.example.com:443",
  ])("%s is accepted", (url) => {
    expect(publicUrlIn(deploy(at(...DOMAINS), url))).toBe(url);
  });

  test.each([
    ["another host", "https://other.example.com"],
    ["a name that only ends with the domain", "https://old-hermes.example.com"],
    ["another scheme", "http://hermes.example.com"],
    ["the container's port", "https://hermes.example.com:9119"],
  ])("%s is refused: %s", (_, url) => {
    const refused = refusalOf(() => deploy(at(...DOMAINS), url));
    expect(rulesOf(refused)).toEqual(["dashboard-public-url-wrong"]);
    expect(refused.message).toContain("allowed: https://hermes.example.com, https://bot.example.com");
  });

  test("without a domain any URL is accepted, since the program can't know the names", () => {
    expect(publicUrlIn(deploy({}, "https://anything.example"))).toBe("https://anything.example");
  });

  test("a URL that only Terraform knows is accepted", () => {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    const dashboard = oidc(stack, secretOf(stack, "url"));
    expect(() =>
      agent(stack, { target: HermesTarget.caprover(at("hermes.example.com")), dashboard }),
    ).not.toThrow();
  });
});
