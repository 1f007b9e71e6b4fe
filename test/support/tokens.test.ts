import { Fn, TerraformVariable, Token } from "cdktf";
import { DashboardAuth, HermesTarget, PersistentDataVolume } from "../../lib";
import { expressionOf, isUnresolved } from "../../lib/support/tokens";
import {
  agent,
  type ContainerJson,
  containerWith,
  environmentOf,
  newStack,
  secretOf,
  uploadOf,
} from "../agents";

function variables(stack: ReturnType<typeof newStack>) {
  return {
    text: new TerraformVariable(stack, "text", { type: "string" }).stringValue,
    number: new TerraformVariable(stack, "number", { type: "number" }).numberValue,
    list: new TerraformVariable(stack, "list", { type: "list(string)" }).listValue,
  };
}

type Values = ReturnType<typeof variables>;

function withTokens(
  props: (values: Values, stack: ReturnType<typeof newStack>) => Parameters<typeof agent>[1],
) {
  return containerWith((stack) => props(variables(stack), stack) ?? {});
}

/** CDKTF's own markers must not reach Terraform. */
function expectNoMarker(container: ContainerJson) {
  expect(JSON.stringify(container)).not.toMatch(/TfToken|e\+289/);
}

describe("a Terraform value passes through", () => {
  test("a Terraform value passes through every prop that takes text", () => {
    const made = withTokens(({ text }, stack) => ({
      data: new PersistentDataVolume(stack, "path", { hostPath: text }),
      env: { TZ: text, MIXED: `a-${text}-b` },
      extraHosts: { gateway: text },
      target: HermesTarget.docker({
        labels: { team: text },
        networks: [{ name: text, aliases: [text] }],
        publish: { dashboard: { port: 80 } },
      }),
      mounts: [
        { hostPath: `${text}/work`, target: text },
        { volume: text, target: "/two" },
      ],
      trustedProxies: [text, "10.0.0.1"],
      dashboard: DashboardAuth.oidc(stack, "auth", {
        issuer: text,
        clientId: text,
        scopes: [text, "openid"],
        publicUrl: text,
      }),
      apiServer: { key: secretOf(stack), modelName: text, corsOrigins: [text] },
      messaging: { telegram: { botToken: secretOf(stack, "bot"), allowedUsers: [text, "5"] } },
      model: { provider: text, name: text, baseUrl: text },
    }));
    expectNoMarker(made);
    expect(environmentOf(made)).toMatchObject({
      TZ: "${var.text}",
      MIXED: "a-${var.text}-b",
      FORWARDED_ALLOW_IPS: "${var.text},10.0.0.1",
      HERMES_DASHBOARD_OIDC_ISSUER: "${var.text}",
      HERMES_DASHBOARD_OIDC_CLIENT_ID: "${var.text}",
      HERMES_DASHBOARD_OIDC_SCOPES: "${var.text} openid",
      HERMES_DASHBOARD_PUBLIC_URL: "${var.text}",
      API_SERVER_MODEL_NAME: "${var.text}",
      API_SERVER_CORS_ORIGINS: "${var.text}",
      TELEGRAM_ALLOWED_USERS: "${var.text},5",
    });
    expect(made).toMatchObject({
      mounts: [
        { type: "bind", source: "${var.text}", target: "/opt/data" },
        { type: "bind", source: "${var.text}/work", target: "${var.text}" },
        { type: "volume", source: "${var.text}", target: "/two" },
      ],
      host: [{ host: "gateway", ip: "${var.text}" }],
      networks_advanced: [{ name: "${var.text}", aliases: ["${var.text}"] }],
    });
    expect(made.labels).toContainEqual({ label: "team", value: "${var.text}" });
    expect(uploadOf(made, "/etc/hermes/config.yaml")).toContain('"provider": ${jsonencode(var.text)}');
  });

  test("a Terraform value passes through every prop that takes a number", () => {
    const made = withTokens(({ number }, stack) => ({
      data: new PersistentDataVolume(stack, "data", { name: "data", uid: number, gid: number }),
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: secretOf(stack, "hash"),
        sessionSecret: secretOf(stack, "session"),
        sessionTtlSeconds: number,
      }),
      memoryMiB: number,
      shmMiB: number,
      cpus: number,
      config: { limit: number },
    }));
    expectNoMarker(made);
    expect(environmentOf(made)).toMatchObject({
      HERMES_UID: "${var.number}",
      HERMES_GID: "${var.number}",
      HERMES_DASHBOARD_BASIC_AUTH_TTL_SECONDS: "${var.number}",
    });
    expect(made).toMatchObject({
      memory: "${var.number}",
      memory_swap: "${var.number}",
      shm_size: "${var.number}",
      cpu_quota: "${floor((var.number * 100000))}",
    });
    expect(uploadOf(made, "/etc/hermes/config.yaml")).toContain('"limit": ${jsonencode(var.number)}');
    expect(made.lifecycle?.precondition.map(({ condition }) => condition)).toContain("${var.number >= 1024}");
  });

  test("a Terraform value passes through every prop that takes a list of texts", () => {
    const made = withTokens(({ list }, stack) => ({
      trustedProxies: list,
      dashboard: DashboardAuth.oidc(stack, "auth", {
        issuer: "https://id.example",
        clientId: "c",
        scopes: list,
      }),
      apiServer: { key: secretOf(stack), corsOrigins: list },
      messaging: { telegram: { botToken: secretOf(stack, "bot"), allowedUsers: list } },
      target: HermesTarget.docker({ networks: [{ name: "net", aliases: list }] }),
      config: { names: list },
    }));
    expectNoMarker(made);
    expect(environmentOf(made)).toMatchObject({
      FORWARDED_ALLOW_IPS: '${join(",", var.list)}',
      HERMES_DASHBOARD_OIDC_SCOPES: '${join(" ", var.list)}',
      API_SERVER_CORS_ORIGINS: '${join(",", var.list)}',
      TELEGRAM_ALLOWED_USERS: '${join(",", var.list)}',
    });
    expect(made).toMatchObject({ networks_advanced: [{ aliases: "${var.list}" }] });
    const config = uploadOf(made, "/etc/hermes/config.yaml");
    expect(config).toContain('"trusted_proxies": ${jsonencode(var.list)}');
    expect(config).toContain('"names": ${jsonencode(var.list)}');
  });

  test("a hand-written Terraform reference passes through", () => {
    const made = containerWith((stack) => ({
      data: new PersistentDataVolume(stack, "path", { hostPath: "${var.path}" }),
      env: { TZ: "${var.tz}" },
      apiServer: { key: "${var.key}" },
      mounts: [{ hostPath: "${local.here}/x", target: "/x" }],
    }));
    expect(environmentOf(made)["TZ"]).toBe("${var.tz}");
    expect(made.mounts[1]).toMatchObject({ source: "${local.here}/x" });
    expect(uploadOf(made, "/etc/hermes/.env")).toContain("replace(replace((var.key),");
    expect(made.lifecycle?.precondition.map(({ condition }) => condition)).toContain(
      '${startswith((var.path), "/")}',
    );
  });
});

describe("a token is refused where a value must be known at synthesis", () => {
  const { text } = variables(newStack());
  test.each<[string, Parameters<typeof agent>[1]]>([
    ["name", { name: text }],
    ["apiServer.host", { apiServer: { key: text, host: text } }],
    [
      "target.networks[0].name",
      { target: HermesTarget.docker({ networks: [{ name: text, create: true }] }) },
    ],
  ])("a token is refused at %s, which must be known at synthesis", (prop, props) => {
    expect(() => agent(newStack(), props)).toThrow(prop);
  });

  test("the message about a token does not show CDKTF's marker as its value", () => {
    expect(() => agent(newStack(), { name: text })).toThrow(/name: is known only at apply/);
  });
});

describe("expressionOf", () => {
  const { text, number, list } = variables(newStack());

  test("tokens of every type are distinguished from plain values", () => {
    for (const value of [text, number, list, `a${text}`, "${var.x}", Token.asNumber(Fn.abs(-1))])
      expect(isUnresolved(value)).toBe(true);
    for (const value of ["plain", "", "$x", "{", "$ {", "%{", 5, 0, [], ["x"], {}, null, undefined])
      expect(isUnresolved(value)).toBe(false);
  });

  test("hand-written text becomes the expression that Terraform would read", () => {
    expect(expressionOf("${var.x}")).toBe("(var.x)");
    expect(expressionOf('a "${var.x}" b')).toBe('join("", ["a \\"", (var.x), "\\" b"])');
    expect(expressionOf("a $${x} b")).toBe('"a $${x} b"');
    expect(expressionOf("${jsonencode({ a = 1 })}")).toBe('"${jsonencode({ a = 1 })}"');
  });
});
