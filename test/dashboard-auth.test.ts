import type { TerraformStack } from "cdktf";
import { DashboardAuth, HermesTarget } from "../lib";
import {
  type AgentProps,
  agent,
  containerOf,
  environmentOf,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  uploadOf,
} from "./agents";

function dashboardOf(auth: (stack: TerraformStack) => DashboardAuth, props: AgentProps = {}) {
  const stack = newStack();
  agent(stack, { ...props, dashboard: auth(stack) });
  const made = containerOf(stack);
  const environment = environmentOf(made);
  return {
    made,
    environment: Object.fromEntries(
      Object.entries(environment).filter(([name]) => name.includes("DASHBOARD")),
    ),
    // The file contains the plain variables too, and empty ones that take away what the volume says.
    secrets: [...(uploadOf(made, "/etc/hermes/.env") ?? "").matchAll(/^(\w+)=(?!''$)/gm)].flatMap(
      ([, name = ""]) => (name in environment ? [] : [name]),
    ),
  };
}

const basic =
  (props: object = {}) =>
  (stack: TerraformStack) =>
    DashboardAuth.basic(stack, "auth", {
      username: "ada",
      passwordHash: secretOf(stack, "hash"),
      sessionSecret: secretOf(stack, "session"),
      ...props,
    });
const open = (stack: TerraformStack) => DashboardAuth.trustedNetwork(stack, "auth", { reason: "a lab" });
const loopback = (stack: TerraformStack) => DashboardAuth.loopback(stack, "auth");

const REACHABLE = { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_HOST: "0.0.0.0", HERMES_DASHBOARD_PORT: "9119" };

describe("the bind address is always emitted", () => {
  test.each([
    "v2026.5.16",
    "v2026.6.19",
    "v0.21.6",
  ])("a loopback dashboard binds to 127.0.0.1: %s", (release) => {
    const { environment, made } = dashboardOf(loopback, { release });
    expect(environment).toEqual({ ...REACHABLE, HERMES_DASHBOARD_HOST: "127.0.0.1" });
    expect(made).not.toHaveProperty("ports");
  });

  test("a dashboard with a login binds to 0.0.0.0", () => {
    expect(dashboardOf(basic()).environment).toMatchObject(REACHABLE);
  });
});

describe("basic", () => {
  test("a basic login sets user, hash and session secret, and no password", () => {
    const { environment, secrets } = dashboardOf(
      basic({ sessionTtlSeconds: 3600, publicUrl: "http://hermes.lan" }),
    );
    expect(environment).toEqual({
      ...REACHABLE,
      HERMES_DASHBOARD_BASIC_AUTH_USERNAME: "ada",
      HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS: "3600",
      HERMES_DASHBOARD_PUBLIC_URL: "http://hermes.lan",
    });
    expect(secrets).toEqual([
      "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH",
      "HERMES_DASHBOARD_BASIC_AUTH_SECRET",
    ]);
  });

  test("a basic login with a password sets no hash, which the password would override", () => {
    const { secrets } = dashboardOf((stack) =>
      DashboardAuth.basic(stack, "auth", {
        username: "ada",
        password: secretOf(stack, "password"),
        sessionSecret: secretOf(stack, "session"),
      }),
    );
    expect(secrets).toEqual(["HERMES_DASHBOARD_BASIC_AUTH_PASSWORD", "HERMES_DASHBOARD_BASIC_AUTH_SECRET"]);
  });

  test.each<[string, object]>([
    ["passwordHash", { password: "${var.p}" }],
    ["passwordHash", { passwordHash: undefined }],
    ["sessionSecret", { sessionSecret: undefined }],
    ["sessionSecret", { sessionSecret: " " }],
    ["username", { username: "" }],
    ["username", { username: " ada" }],
    ["sessionTtlSeconds", { sessionTtlSeconds: 59 }],
    ["publicUrl", { publicUrl: "hermes.example.com" }],
    ["publicUrl", { publicUrl: "/dashboard" }],
  ])("a prop of a basic login that Hermes would silently ignore is refused: %s in %j", (prop, props) => {
    expect(refusalOf(() => basic(props)(newStack())).problems.map((problem) => problem.prop)).toEqual([prop]);
  });
});

describe("self-hosted OIDC", () => {
  const oidc =
    (props: object = {}) =>
    (stack: TerraformStack) =>
      DashboardAuth.oidc(stack, "auth", { issuer: "https://id.example", clientId: "hermes", ...props });

  test("an OIDC login sets issuer and client; a public client has no secret", () => {
    const { environment, secrets } = dashboardOf(oidc({ scopes: ["openid", "email"] }));
    expect(environment).toEqual({
      ...REACHABLE,
      HERMES_DASHBOARD_OIDC_ISSUER: "https://id.example",
      HERMES_DASHBOARD_OIDC_CLIENT_ID: "hermes",
      HERMES_DASHBOARD_OIDC_SCOPES: "openid email",
    });
    expect(secrets).toEqual([]);
  });

  test("a confidential OIDC client has a secret", () => {
    const { secrets } = dashboardOf((stack) => oidc({ clientSecret: secretOf(stack) })(stack));
    expect(secrets).toEqual(["HERMES_DASHBOARD_OIDC_CLIENT_SECRET"]);
  });
});

describe("Nous Portal", () => {
  test("a Nous Portal login sets the client", () => {
    const { environment } = dashboardOf((stack) =>
      DashboardAuth.nous(stack, "auth", { clientId: "agent:1" }),
    );
    expect(environment).toEqual({ ...REACHABLE, HERMES_DASHBOARD_OAUTH_CLIENT_ID: "agent:1" });
  });

  test.each([
    "1",
    "agent:",
    "Agent:1",
    "agent:a b",
  ])("a Nous Portal client that would not register is refused: %j", (clientId) => {
    expect(refusalOf(() => DashboardAuth.nous(newStack(), "auth", { clientId })).message).toContain(
      "agent:<id>",
    );
  });
});

describe("a trusted network", () => {
  test("a trusted network sets exactly the switch of that release", () => {
    const of = (release: string) => dashboardOf(open, { release }).environment;
    expect(of("v2026.5.28")).toEqual(REACHABLE);
    expect(of("v2026.5.29")).toEqual({ ...REACHABLE, HERMES_DASHBOARD_INSECURE: "1" });
    expect(of("v2026.6.19")).toEqual({ ...REACHABLE, HERMES_DASHBOARD_INSECURE: "1" });
  });

  test("a trusted network is refused from v2026.7.1 on, because the release ignores it", () => {
    for (const release of ["v2026.7.1", "v0.21.6", "v0.99.0"])
      expect(rulesOf(refusalOf(() => dashboardOf(open, { release })))).toEqual([
        "dashboard-trusted-network-obsolete",
      ]);
  });

  test("a trusted network needs a reason", () => {
    expect(
      refusalOf(() => DashboardAuth.trustedNetwork(newStack(), "auth", { reason: " " })).message,
    ).toContain("the reason why this network is trusted");
  });
});

test.each([
  "v2026.4.23",
  "v2026.5.28",
  "v2026.5.29",
])("a dashboard login is refused in %s, which has none", (release) => {
  for (const auth of [
    basic(),
    (stack: TerraformStack) =>
      DashboardAuth.nous(stack, "auth", { clientId: "agent:1", publicUrl: "http://a" }),
  ])
    expect(rulesOf(refusalOf(() => dashboardOf(auth, { release })))).toEqual(["dashboard-login-unsupported"]);
});

test("two agents may share one DashboardAuth", () => {
  const stack = newStack();
  const dashboard = basic()(stack);
  agent(stack, { dashboard }, "a1");
  agent(stack, { dashboard, target: HermesTarget.docker({ publish: { dashboard: { port: 9120 } } }) }, "a2");
});
