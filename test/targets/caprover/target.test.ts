import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type App, type TerraformStack, TerraformVariable } from "cdktf";
import fc from "fast-check";
import {
  CapRoverProvider,
  type CapRoverTargetProps,
  DashboardAuth,
  HermesImage,
  HermesTarget,
  inSecretsFile,
  PersistentDataVolume,
} from "../../../lib";
import { bootInVariable } from "../../../lib/boot/boot-script";
import { appName, volumeName } from "../../../lib/provider/resources/app/validators";
import { synthesizeStack } from "../../../lib/testing";
import {
  type AgentProps,
  agent,
  NEWEST,
  newApp,
  newStack,
  refusalOf,
  rulesOf,
  secretOf,
  synth,
  temporaryFolder,
} from "../../agents";

const RELEASE = "v2026.7.30";

interface Resources {
  readonly [type: string]: { readonly [id: string]: Readonly<Record<string, unknown>> };
}

type Given = AgentProps | ((stack: TerraformStack) => AgentProps);

function caproverStack(app: App = newApp(), id = "agents", url?: string): TerraformStack {
  const stack = newStack(app, id);
  new CapRoverProvider(stack, "caprover", url === undefined ? {} : { url });
  return stack;
}

function resourcesOf(
  given: Given = {},
  target: (stack: TerraformStack) => CapRoverTargetProps = () => ({}),
): Resources {
  const stack = caproverStack();
  const props = typeof given === "function" ? given(stack) : given;
  agent(stack, { release: RELEASE, target: HermesTarget.caprover(target(stack)), ...props });
  const { resource } = synth(stack);
  return { ...resource };
}

/** The agent's app, without what CDKTF adds. */
function appOf(...given: Parameters<typeof resourcesOf>): Readonly<Record<string, unknown>> {
  const { "//": _metadata, ...app } = resourcesOf(...given)["caprover_app"]?.["hermes"] ?? {};
  return app;
}

const basic = (stack: TerraformStack) =>
  DashboardAuth.basic(stack, "auth", {
    username: "ada",
    passwordHash: secretOf(stack, "hash"),
    sessionSecret: secretOf(stack, "session"),
  });
const withBoth = (stack: TerraformStack): AgentProps => ({
  dashboard: basic(stack),
  apiServer: { key: secretOf(stack, "key") },
});

function variableOf(stack: TerraformStack, type: string): TerraformVariable {
  return new TerraformVariable(stack, "value", { type });
}

describe("the user's three demands", () => {
  test("/opt/data is mounted from a volume, or from a path of the node", () => {
    expect(appOf()["volumes"]).toEqual([{ container_path: "/opt/data", name: "hermes-data" }]);
    const data = (stack: TerraformStack) => ({
      data: new PersistentDataVolume(stack, "d", { hostPath: "/captain/data/hermes/data" }),
    });
    expect(appOf(data)["volumes"]).toEqual([
      { container_path: "/opt/data", host_path: "/captain/data/hermes/data" },
    ]);
  });

  test("HOME is /opt/data/home", () => {
    expect(appOf()["environment"]).toMatchObject({ HOME: "/opt/data/home" });
  });

  test("the agent runs gateway mode through the CMD slot, with the image's entrypoint", () => {
    const override = JSON.parse(String(appOf()["service_override"]));
    const Labels = { "cdktf-hermes.release": "v2026.7.30" };
    expect(override).toEqual({ TaskTemplate: { ContainerSpec: { Args: ["gateway", "run"], Labels } } });
  });
});

test("the smallest agent is an app with data, one instance and no address", () => {
  const stack = caproverStack();
  agent(stack, { release: RELEASE, target: HermesTarget.caprover() });
  const { resource } = synthesizeStack(stack);
  const { environment, ...app } = Object(resource).caprover_app.hermes;
  const { CDKTF_HERMES_BOOT: boot, ...variables } = environment;
  // The package's own program has tests of its own.
  expect({ ...app, environment: variables, declared: boot.declared }).toMatchSnapshot();
});

test("limits, shared memory, stop grace and health check are typed attributes, and the mounts stay", () => {
  expect(appOf({ memoryMiB: 4096, cpus: 1.5, shmMiB: 512, stopGraceSeconds: 50 })).toMatchObject({
    limits: { memory_mib: 4096, cpus: 1.5 },
    tmpfs: [{ container_path: "/dev/shm", size_mib: 512 }],
    stop_grace_seconds: 50,
    health_check: { interval_seconds: 5, timeout_seconds: 5, retries: 24, start_period_seconds: 180 },
  });
});

describe("the address", () => {
  test("the address leads to the dashboard with websockets, and the apply waits for an answer that only a running gateway gives", () => {
    expect(appOf((stack) => ({ dashboard: basic(stack) }))).toMatchObject({
      web_app: true,
      http_port: 9119,
      websocket_support: true,
      ready: { http: { path: "/api/status", contains: '"gateway_running":true' } },
    });
  });

  test("the address leads to the API server if there is no dashboard", () => {
    expect(appOf((stack) => ({ apiServer: { key: secretOf(stack) } }))).toMatchObject({
      web_app: true,
      http_port: 8642,
      ready: { http: { path: "/health", contains: "hermes-agent" } },
    });
  });

  test("an agent has no address if nothing listens or nothing may be reached", () => {
    const hidden = (stack: TerraformStack) => ({ apiServer: { key: secretOf(stack) } });
    const cases: readonly [Given, CapRoverTargetProps][] = [
      [{}, {}],
      [hidden, { address: false }],
    ];
    for (const [given, target] of cases) {
      expect(appOf(given, () => target)).toMatchObject({
        web_app: false,
        ready: { log_line: "[cdktf-hermes] The gateway runs." },
      });
      expect(Object.keys(resourcesOf(given, () => target))).toEqual(["caprover_app"]);
    }
  });

  test("https is forced after the address has its certificates", () => {
    const resources = resourcesOf(withBoth, () => ({
      address: { to: "dashboard", domains: ["hermes.example.com"] },
    }));
    const names = (type: string) =>
      Object.entries(resources[type] ?? {}).map(([id, { app, depends_on: after }]) => ({
        id: `${type}.${id}`,
        app,
        after,
      }));
    const [domain] = names("caprover_custom_domain");
    const [base] = names("caprover_base_domain_ssl");
    const [forced] = names("caprover_force_ssl");
    // the id is known only once the app exists, so they follow an app that is replaced
    for (const one of [domain, base, forced]) expect(one?.app).toBe("${caprover_app.hermes.id}");
    expect(forced?.after).toEqual([base?.id, domain?.id]);
  });

  test("the address has basic auth in front if asked, with a password that is in no plan", () => {
    const app = appOf(withBoth, (stack) => ({
      address: { to: "dashboard", basicAuth: { username: "ada", password: secretOf(stack, "nginx") } },
      secretsVersion: 3,
    }));
    expect(app["basic_auth"]).toEqual({
      user: "ada",
      password_wo: "${var.nginx}",
      password_wo_version: 3,
    });
  });
});

test("if the dashboard has the address, a second small app without basic auth leads to the API", () => {
  const resources = resourcesOf(withBoth, (stack) => ({
    apps: { apiServer: { name: "hermes-api" } },
    address: { to: "dashboard", basicAuth: { username: "ada", password: secretOf(stack, "nginx") } },
  }));
  const [api] = Object.values(resources["caprover_app"] ?? {}).filter(({ name }) => name === "hermes-api");
  expect(api).toMatchObject({
    environment: { UPSTREAM_HTTP_ADDRESS: "http://srv-captain--hermes:8642" },
    ready: { http: { path: "/health", contains: "hermes-agent" } },
    depends_on: ["caprover_app.hermes"],
  });
  expect(api).not.toHaveProperty("basic_auth");
  expect(api).not.toHaveProperty("persistent");
});

describe("how long nginx waits for a silent chat", () => {
  const proxied = { apps: { apiServer: { name: "hermes-api" } } };
  const nginxOf = (target: CapRoverTargetProps) =>
    Object.values(resourcesOf(withBoth, () => target)["caprover_app"] ?? {}).map((app) => app["nginx"]);
  const startOf = (target: CapRoverTargetProps): string => {
    const apps = Object.values(resourcesOf(withBoth, () => target)["caprover_app"] ?? {});
    return String(apps.find(({ name }) => name === "hermes-api")?.["service_override"]);
  };

  test("nginx waits an hour in front of the agent, in front of the API's app and inside that app", () => {
    const patience = { proxy_read_timeout_seconds: 3600, client_max_body_size_mib: 500 };
    expect(nginxOf(proxied)).toEqual([patience, patience]);
    expect(startOf(proxied)).toContain("proxy_read_timeout 3600s;");
    expect(appOf()).not.toHaveProperty("nginx");
  });

  test.each([
    [{}, "500m"],
    [{ nginx: { clientMaxBodySizeMiB: 25 } }, "25m"],
    [{ nginx: { proxyReadTimeoutSeconds: 60 } }, "500m"],
    [{ nginx: false }, undefined],
  ] as const)("with %j, the image of the API's app gets %s as its limit for uploads", (given, limit) => {
    const apps = Object.values(resourcesOf(withBoth, () => ({ ...proxied, ...given }))["caprover_app"] ?? {});
    const [proxy] = apps.filter(({ name }) => name === "hermes-api");
    expect(proxy?.["environment"]).toEqual({
      UPSTREAM_HTTP_ADDRESS: "http://srv-captain--hermes:8642",
      ...(limit === undefined ? {} : { CLIENT_MAX_BODY_SIZE: limit }),
    });
  });

  test("nginx waits as long as the nginx prop says", () => {
    const given = { ...proxied, nginx: { proxyReadTimeoutSeconds: 60 } };
    const patience = { proxy_read_timeout_seconds: 60, client_max_body_size_mib: 500 };
    expect(nginxOf(given)).toEqual([patience, patience]);
    expect(startOf(given)).toContain("proxy_read_timeout 60s;");
  });

  test("with nginx false, CapRover's template stays unchanged", () => {
    expect(nginxOf({ ...proxied, nginx: false })).toEqual([undefined, undefined]);
    expect(startOf({ ...proxied, nginx: false })).toBe("undefined");
  });
});

test("secrets have no version unless one is given", () => {
  expect(appOf(withBoth)).not.toHaveProperty("secret_environment_wo_version");
  expect(appOf(withBoth, () => ({ secretsVersion: 2 }))["secret_environment_wo_version"]).toBe(2);
});

test("secrets are in the write-only environment, and nowhere else", () => {
  const app = appOf(withBoth);
  expect(app["secret_environment_wo"]).toEqual({
    API_SERVER_KEY: "${var.key}",
    HERMES_DASHBOARD_BASIC_AUTH_PASSWORD_HASH: "${var.hash}",
    HERMES_DASHBOARD_BASIC_AUTH_SECRET: "${var.session}",
  });
  expect(JSON.stringify(app["environment"])).not.toContain("var.");
});

describe("trusted proxies", () => {
  const proxiesOf = (props: AgentProps) =>
    appOf((stack) => ({ dashboard: basic(stack), ...props }))["environment"];

  test("forwarded headers from CapRover's overlay network are trusted", () => {
    expect(proxiesOf({})).toMatchObject({ FORWARDED_ALLOW_IPS: "10.0.1.0/24" });
  });
  test("a server with another overlay network names it", () => {
    expect(proxiesOf({ target: HermesTarget.caprover({ overlayNetwork: "10.7.0.0/16" }) })).toMatchObject({
      FORWARDED_ALLOW_IPS: "10.7.0.0/16",
    });
    for (const overlayNetwork of ["10.0.1.7/24", "captain-overlay-network", "*"]) {
      expect(() => proxiesOf({ target: HermesTarget.caprover({ overlayNetwork }) })).toThrow(
        "target.overlayNetwork",
      );
    }
  });
  test("no proxy is trusted without a dashboard that can be reached", () => {
    expect(appOf()["environment"]).not.toHaveProperty("FORWARDED_ALLOW_IPS");
  });
  test("the user's own trusted proxies replace CapRover's overlay network", () => {
    expect(proxiesOf({ trustedProxies: ["10.0.3.0/24"] })).toMatchObject({
      FORWARDED_ALLOW_IPS: "10.0.3.0/24",
    });
  });
});

describe("a wrapper is built by CapRover", () => {
  const wrapper = (stack: TerraformStack): AgentProps => ({
    image: HermesImage.wrapper(stack, "image", {
      release: RELEASE,
      baseRevision: "1",
      codexVersion: "0.169.0",
    }),
    config: { greeting: "é \u007f ${NAME}" },
  });

  function linesOf(): readonly string[] {
    const app = appOf(wrapper);
    expect(app).not.toHaveProperty("image");
    const definition = JSON.parse(String(app["captain_definition"]).replaceAll("$${", "${"));
    expect(definition.schemaVersion).toBe(2);
    return definition.dockerfileLines;
  }

  test("CapRover builds a wrapper from Dockerfile lines alone, which copy nothing", () => {
    const lines = linesOf();
    expect(lines[0]).toBe(`FROM nousresearch/hermes-agent:${RELEASE}`);
    expect(lines).toContain('CMD ["gateway","run"]');
    expect(lines.join("\n")).toContain("@openai/codex@0.169.0");
    expect(lines.filter((line) => /^(?:COPY|ADD|ENTRYPOINT)\b/.test(line))).toEqual([]);
  });

  test("the Dockerfile lines write the files of the wrapper's build context", () => {
    const line = linesOf().find((found) => found.includes("/etc/cont-init.d/")) ?? "";
    const [, text = "", path] = /echo (\S+) \| base64 -d > (\S+) && chmod 755 \2$/.exec(line) ?? [];
    expect(path).toMatch(/^\/etc\/cont-init\.d\//);
    const script = Buffer.from(text, "base64").toString();
    expect(script).toContain("${HERMES_UID:-");
    execFileSync("sh", ["-n"], { input: script });
  });

  test("a file that is too long for one argument of a process is written in pieces", () => {
    const content = `-----BEGIN CERTIFICATE-----\n${"MIIB\n".repeat(50_000)}-----END CERTIFICATE-----\n`;
    const pem = join(temporaryFolder(), "ca.pem");
    writeFileSync(pem, content);
    const app = appOf((stack) => ({
      image: HermesImage.wrapper(stack, "image", {
        release: RELEASE,
        baseRevision: "1",
        caCertificates: [pem],
      }),
    }));
    const { dockerfileLines } = JSON.parse(String(app["captain_definition"]).replaceAll("$${", "${"));
    const lines: readonly string[] = dockerfileLines.filter((line: string) => line.includes("extra-1.crt"));
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(128 * 1024);
    const folder = temporaryFolder();
    const script = lines
      .map((line) => line.replace("RUN ", "").replaceAll("/usr/local/share", folder))
      .join("\n");
    execFileSync("sh", ["-e"], { input: script });
    const written = join(folder, "ca-certificates/cdktf-hermes/extra-1.crt");
    expect(readFileSync(written, "utf8")).toBe(content);
    expect(statSync(written).mode & 0o777).toBe(0o644);
  });
});

describe("the boot writes the parts of Hermes' managed files that are not secret", () => {
  /** The script that the agent's boot runs. */
  function bootOf(...given: Parameters<typeof resourcesOf>): string {
    const environment = appOf(...given)["environment"];
    return bootInVariable(Object(environment));
  }

  const contentOf = (script: string, path: string) =>
    new RegExp(`cat > ${path} <<'(\\S+)'\\n([\\s\\S]*?)\\1\\nchmod 644 ${path}\\n`).exec(script)?.[2];

  test.each<[string, (stack: TerraformStack) => object]>([
    ["an image from a registry", () => ({ release: RELEASE })],
    [
      "a wrapper",
      (stack) => ({
        image: HermesImage.wrapper(stack, "image", { release: RELEASE, baseRevision: "1" }),
      }),
    ],
  ])("the boot writes settings and plain variables with %s", (_, image) => {
    const script = bootOf((stack) => ({
      ...image(stack),
      apiServer: { key: secretOf(stack, "key") },
      config: { greeting: "é \u007f ${NAME}" },
      env: { TZ: "Europe/Berlin", QUOTED: "it's" },
    }));
    execFileSync("sh", ["-n"], { input: script });
    const config = contentOf(script, "/etc/hermes/config.yaml") ?? "";
    expect(config).toContain("\\u007f");
    expect(JSON.parse(config)).toMatchObject({ greeting: "é \u007f ${NAME}" });
    const env = contentOf(script, "/etc/hermes/.env") ?? "";
    expect(env.split("\n")).toEqual(
      expect.arrayContaining([
        "TZ='Europe/Berlin'",
        "QUOTED='it\\'s'",
        "API_SERVER_HOST='0.0.0.0'",
        "API_SERVER_CORS_ORIGINS=''",
      ]),
    );
    expect(env).not.toMatch(/^(?:HOME|S6_|API_SERVER_KEY|CDKTF)/m);
  });

  test("a variable that only Terraform knows is in the environment only", () => {
    const script = bootOf((stack) => ({ env: { TZ: variableOf(stack, "string").stringValue, LANG: "C" } }));
    expect(contentOf(script, "/etc/hermes/.env")).toBe("LANG='C'\n");
  });

  test("the boot writes no managed files for a release that does not read them", () => {
    expect(bootOf({ release: "v2026.6.5", env: { TZ: "UTC" } })).not.toContain("/etc/hermes");
  });

  test("a release without s6 has no boot script", () => {
    expect(appOf({ release: "v2026.5.16" })["environment"]).not.toHaveProperty("S6_STAGE2_HOOK");
  });
});

test("a stop takes less time than Docker Swarm waits before it starts the next container", () => {
  for (const release of ["v2026.5.28", RELEASE, NEWEST]) {
    expect(appOf({ release })["stop_grace_seconds"]).toBe(45);
  }
});

test("a prop that is undefined counts as left out", () => {
  const nothing: object = { trustedProxies: undefined };
  const target: object = {
    nginx: { proxyReadTimeoutSeconds: undefined },
    address: undefined,
    apps: { apiServer: undefined },
  };
  expect(
    resourcesOf(
      (stack) => ({ ...withBoth(stack), ...nothing }),
      () => target,
    ),
  ).toEqual(resourcesOf(withBoth));
});

describe("what CapRover can't do is refused", () => {
  const cases: readonly (readonly [string, string, Given])[] = [
    [
      "caprover-unsupported-host-gateway",
      "extraHosts.host.docker.internal",
      { extraHosts: { "host.docker.internal": "host-gateway" } },
    ],
    ["caprover-unsupported-secrets-file", "secrets.A_KEY", { secrets: { A_KEY: inSecretsFile } }],
    [
      "caprover-unsupported-volume-driver",
      "data.driverOptions",
      (stack) => ({
        data: new PersistentDataVolume(stack, "d", {
          name: "data",
          driverOptions: { type: "ext4", device: "/dev/sdb1" },
        }),
      }),
    ],
  ];
  test.each(cases)("rule %s refuses %s on CapRover", (rule, prop, given) => {
    const refused = refusalOf(() => resourcesOf(given));
    expect(rulesOf(refused)).toEqual([rule]);
    expect(refused.problems[0]?.prop).toBe(prop);
  });

  test("a misspelt prop of the target, or one of the wrong shape, is refused", () => {
    const misspelt: object = { basicauth: {} };
    expect(refusalOf(() => resourcesOf({}, () => misspelt)).message).toContain(
      "target.basicauth: no such prop",
    );
    const literal: object = { address: { to: "dashboard", basicAuth: { username: "a:b", password: 1234 } } };
    const refused = refusalOf(() => resourcesOf({}, () => literal));
    expect(refused.message).toContain("target.address");
    expect(refused.message).not.toContain("1234");
  });
});

test("the agent's extraHosts become the Hosts of the service", () => {
  const override = JSON.parse(
    String(appOf({ extraHosts: { "models.lan": "192.168.1.20", db: "10.0.0.9" } })["service_override"]),
  );
  expect(override.TaskTemplate.ContainerSpec.Hosts).toEqual(["192.168.1.20 models.lan", "10.0.0.9 db"]);
});

/** Whether the compiler takes the value for the props of a CapRover target. */
type Compiles<Value> = Value extends CapRoverTargetProps ? true : false;

test("domains, https and basic auth that would have no effect do not compile, and are refused in JavaScript", () => {
  const compiles: [
    Compiles<{ address: { to: "dashboard"; basicAuth: { username: "ada"; password: string } } }>,
    Compiles<{ address: false; apps: { apiServer: { name: "api"; domains: string[]; https: false } } }>,
    Compiles<{ address: { to: "apiServer"; basicAuth: { username: "ada"; password: string } } }>,
    Compiles<{ address: { domains: string[] } }>,
    Compiles<{ address: { to: "webhooks" } }>,
  ] = [true, true, false, false, false];
  expect(compiles).toHaveLength(5);
  const address: object = { to: "apiServer", basicAuth: { username: "ada", password: "${var.x}" } };
  const refused = refusalOf(() => resourcesOf(withBoth, () => Object({ address })));
  expect(refused.message).toContain("target.address");
});

test("an address leads to the service that it names, and the dashboard may have the second app", () => {
  const resources = resourcesOf(withBoth, () => ({
    address: { to: "apiServer", https: false },
    apps: { dashboard: { name: "hermes-dashboard" } },
  }));
  const apps = Object.values(resources["caprover_app"] ?? {});
  expect(apps.find(({ name }) => name === "hermes")).toMatchObject({
    http_port: 8642,
    ready: { http: { path: "/health", contains: "hermes-agent" } },
  });
  expect(apps.find(({ name }) => name === "hermes-dashboard")).toMatchObject({
    environment: { UPSTREAM_HTTP_ADDRESS: "http://srv-captain--hermes:9119" },
    websocket_support: true,
    ready: { http: { path: "/api/status" } },
  });
});

describe("two agents on CapRover", () => {
  const on = (stack: TerraformStack, id: string, props: AgentProps = {}) =>
    agent(stack, { release: RELEASE, target: HermesTarget.caprover(), ...withBoth(stack), ...props }, id);

  test("two agents of one CapRover server have no conflict of ports, because each has its own address", () => {
    const stack = caproverStack();
    on(stack, "one");
    const dashboard = DashboardAuth.oidc(stack, "other", {
      issuer: "https://id.example",
      clientId: "hermes",
      publicUrl: "https://two.apps.example",
    });
    agent(stack, { release: RELEASE, target: HermesTarget.caprover(), dashboard }, "two");
    const resources: Resources = { ...synth(stack).resource };
    expect(Object.values(resources["caprover_app"] ?? {}).map((app) => app["http_port"])).toEqual([
      9119, 9119,
    ]);
  });

  test("two agents of one CapRover server can't share data, a name, or the name of an API's app", () => {
    const app = newApp();
    const stack = caproverStack(app, "a", "https://captain.example");
    on(stack, "one", { target: HermesTarget.caprover({ apps: { apiServer: { name: "api" } } }) });
    const other = caproverStack(app, "b", "https://captain.example");
    const data = new PersistentDataVolume(other, "again", { name: "one-data" });
    const target = HermesTarget.caprover({ apps: { apiServer: { name: "one" } } });
    expect(rulesOf(refusalOf(() => on(other, "two", { data, target })))).toEqual([
      "duplicate-data",
      "duplicate-name",
    ]);
  });

  test.each([
    "https://Captain.Example/",
    "https://captain.example:443",
    "https://captain.example/api/v2",
  ])("two aliases of one CapRover server are seen as one, also written as %s", (url) => {
    const app = newApp();
    on(caproverStack(app, "a", "https://captain.example"), "one");
    const stack = newStack(app, "b");
    const provider = new CapRoverProvider(stack, "again", { alias: "again", url });
    const data = new PersistentDataVolume(stack, "data", { name: "one-data" });
    const target = HermesTarget.caprover({ provider });
    expect(rulesOf(refusalOf(() => on(stack, "two", { data, target })))).toEqual(["duplicate-data"]);
  });

  test("agents of two CapRover servers may have the same data, names and API app names", () => {
    const app = newApp();
    for (const id of ["a", "b"]) on(caproverStack(app, id, `https://captain.${id}.example`), "hermes");
  });
});

test("exactly the names that the provider would refuse are refused at synthesis", () => {
  const name = fc.oneof(
    fc.stringMatching(/^[a-z0-9-]{2,52}$/),
    fc.stringMatching(/^[A-Za-z0-9][a-zA-Z0-9_.-]{1,8}$/),
    fc.constantFrom("captain", "captain-x", "captains", "registry", "registry2", "a--b", "a..b"),
  );
  const refusedRules = (props: AgentProps) => {
    try {
      resourcesOf(props);
      return [];
    } catch {
      return rulesOf(refusalOf(() => resourcesOf(props)));
    }
  };
  fc.assert(
    fc.property(name, (text) => {
      fc.pre(/^[a-zA-Z0-9]/.test(text));
      expect(refusedRules({ name: text }).includes("caprover-app-name-invalid")).toBe(
        appName(text) !== undefined,
      );
      const mounts = [{ volume: text, target: "/w" }];
      expect(refusedRules({ mounts }).includes("caprover-volume-name-invalid")).toBe(
        volumeName(text) !== undefined,
      );
    }),
    { numRuns: 60 },
  );
});

test("the output's commands find the container on the node, whichever CapRover version named it", () => {
  const stack = caproverStack();
  const { commands } = agent(stack, { release: RELEASE, target: HermesTarget.caprover() });
  expect(commands["chat"]).toBe(
    "docker exec -it $(docker ps -q -f 'name=^(srv-captain--)?hermes[.]') hermes",
  );
});
