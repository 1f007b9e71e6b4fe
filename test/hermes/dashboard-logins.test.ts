import { Token } from "cdktf";
import { DashboardAuth } from "../../lib";
import { DASHBOARD_LOGINS, type DashboardLogin, loginOf } from "../../lib/hermes/dashboard-logins";
import { reservedVariable } from "../../lib/hermes/environment";
import { agent, containerOf, environmentOf, newStack, refusalOf, secretOf } from "../agents";

const LOGINS: readonly [string, DashboardLogin][] = Object.entries(DASHBOARD_LOGINS);

const VARIABLES = LOGINS.flatMap(([kind, { settings }]) =>
  Object.entries(settings).map(([prop, { variable }]): [string, string, string] => [kind, prop, variable]),
);

test.each(VARIABLES)("%s's %s is set by its prop alone: %s", (kind, prop, variable) => {
  const fix = prop === "publicUrl" ? "use `publicUrl` of DashboardAuth" : `use DashboardAuth.${kind}`;
  expect(reservedVariable(variable)).toMatchObject({ reason: "owned", fix });
});

test("a login that is switched off as a plugin is refused by each of its names", () => {
  for (const plugin of loginOf("oidc").plugins) {
    const stack = newStack();
    const issuer = "https://id.example";
    const publicUrl = "http://hermes.lan";
    const dashboard = DashboardAuth.oidc(stack, "login", { issuer, clientId: "hermes", publicUrl });
    const refused = refusalOf(() =>
      agent(stack, { dashboard, config: { plugins: { disabled: [plugin, "another-secret"] } } }),
    );
    expect(refused.problems.map(({ prop }) => prop)).toEqual(["config.plugins.disabled"]);
    expect(refused.message).toContain(`config.plugins.disabled = ["${plugin}"]`);
    expect(refused.message).not.toContain("another-secret");
  }
});

test("every setting of Nous' login reaches Hermes", () => {
  const stack = newStack();
  const publicUrl = "http://hermes.lan";
  const portalUrl = "https://portal.example";
  agent(stack, {
    dashboard: DashboardAuth.nous(stack, "nous", { clientId: "agent:1", portalUrl, publicUrl }),
  });
  expect(environmentOf(containerOf(stack))).toMatchObject({
    HERMES_DASHBOARD_OAUTH_CLIENT_ID: "agent:1",
    HERMES_DASHBOARD_PORTAL_URL: portalUrl,
    HERMES_DASHBOARD_PUBLIC_URL: publicUrl,
  });
});

test.each<[keyof typeof DASHBOARD_LOGINS, boolean]>([
  ["basic", false],
  ["oidc", true],
  ["nous", true],
  ["loopback", false],
])("%s sends the browser back to the public URL: %s", (kind, redirects) => {
  expect(loginOf(kind).redirects ?? false).toBe(redirects);
});

test("a session length that is a Terraform number is passed on as one", () => {
  const stack = newStack();
  const dashboard = DashboardAuth.basic(stack, "basic", {
    username: "ada",
    passwordHash: secretOf(stack, "hash"),
    sessionSecret: secretOf(stack, "session"),
    sessionTtlSeconds: Token.asNumber("${var.session_seconds}"),
  });
  agent(stack, { dashboard });
  expect(environmentOf(containerOf(stack))).toMatchObject({
    HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS: "${var.session_seconds}",
  });
});
