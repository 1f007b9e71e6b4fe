import { inspect } from "node:util";
import { Token } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import {
  DashboardAuth,
  HermesApp,
  type HermesConfigError,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
  Terminal,
} from "../../lib";
import { HTTP_URL } from "../../lib/hermes/web-address";
import { ABSOLUTE_PATH, isNormalAbsolute } from "../../lib/support/paths";
import { agent, imageOf, NEWEST, newStack, refusalOf, secretOf, synth } from "../agents";

/** Passes props that TypeScript would reject, as a JavaScript caller may. */
function make(
  construct: "app" | "volume" | "registry" | "wrapper" | "basic" | "oidc" | "trusted",
  props: unknown,
) {
  const stack = newStack();
  switch (construct) {
    case "app":
      return Reflect.construct(HermesApp, [stack, "it-is", props]);
    case "volume":
      return Reflect.construct(PersistentDataVolume, [stack, "it-is", props]);
    case "registry":
    case "wrapper":
      return Reflect.apply(HermesImage[construct], HermesImage, [stack, "it-is", props]);
    case "basic":
    case "oidc":
      return Reflect.apply(DashboardAuth[construct], DashboardAuth, [stack, "it-is", props]);
    case "trusted":
      return Reflect.apply(DashboardAuth.trustedNetwork, DashboardAuth, [stack, "it-is", props]);
  }
}

function appWith(props: Readonly<Record<string, unknown>>): HermesConfigError {
  const stack = newStack();
  const data = new PersistentDataVolume(stack, "data", { name: "data" });
  return refusalOf(() =>
    Reflect.construct(HermesApp, [stack, "hermes", { image: imageOf(stack), data, ...props }]),
  );
}

describe("an id that CDKTF leaves out of addresses", () => {
  const hidden = (scope: Construct) => ({
    app: () => agent(scope, {}, "Default"),
    image: () => HermesImage.registry(scope, "Default", { tag: NEWEST }),
    volume: () => new PersistentDataVolume(scope, "Default", { name: "data" }),
  });
  const kinds = ["app", "image", "volume"] as const;

  test.each(
    kinds,
  )("an id that CDKTF leaves out of addresses is refused directly below the stack: %s", (kind) => {
    const { message } = refusalOf(hidden(newStack())[kind]);
    expect(message).toMatch(/^agents\/Default: id = "Default": .*; fix: give another id/);
  });

  test.each(
    kinds,
  )("an id that CDKTF leaves out of addresses is accepted below a construct with a name: %s", (kind) => {
    const stack = newStack();
    hidden(new Construct(stack, "named"))[kind]();
    expect(() => synth(stack)).not.toThrow();
  });
});

describe("an error names construct path, prop, value, what is allowed, fix and rule", () => {
  test("an error about a value of the wrong shape names path, prop, value and what is allowed", () => {
    const refused = appWith({ shmMiB: "1g" });
    expect(refused.path).toBe("agents/hermes");
    expect(refused.message).toBe(
      'agents/hermes: shmMiB = "1g": is not allowed; allowed: a whole number from 1 to 4294967296 (MiB)',
    );
  });

  test("an error about a broken rule also names the fix, the rule and its sources", () => {
    expect(appWith({ env: { HERMES_HOME: "/x" } }).message).toMatch(
      /^agents\/hermes: env\.HERMES_HOME: .*; fix: remove it.* \[rule env-breaks-image, #16480, #33001\]$/,
    );
  });

  test("an error lists everything that is wrong, not only the first problem", () => {
    const { problems } = appWith({ shmMiB: 0, memoryMiB: -1, cpus: "2", nmae: "x" });
    expect(problems.map(({ prop }) => prop).sort()).toEqual(["cpus", "memoryMiB", "nmae", "shmMiB"]);
  });

  test("an error names places deep inside lists and objects", () => {
    const { problems } = appWith({
      mounts: [{ target: "/a", volume: "vol" }, { target: 5 }],
      healthCheck: { retries: 0 },
    });
    expect(problems.map(({ prop }) => prop)).toEqual(
      expect.arrayContaining(["mounts[1].target", "healthCheck.retries"]),
    );
  });
});

describe("an unknown prop is refused, with the known ones", () => {
  test.each<[Parameters<typeof make>[0], Record<string, unknown>]>([
    ["volume", { name: "data", quux: 1 }],
    ["registry", { tag: "v0.21.6", quux: 1 }],
    ["wrapper", { release: "v0.21.6", baseRevision: "1", quux: 1 }],
    ["trusted", { reason: "it is a lab", quux: 1 }],
    ["oidc", { issuer: "https://id.example", clientId: "c", quux: 1 }],
  ])("an unknown prop of %s is refused, with the known ones", (construct, props) => {
    const { message } = refusalOf(() => make(construct, props));
    expect(message).toMatch(/^agents.it-is: quux: no such prop; known: .*; fix: /);
  });

  test("an unknown prop inside a prop is refused, with the known ones", () => {
    const publish = Object.fromEntries([["dashbord", false] as const]);
    expect(appWith({ target: HermesTarget.docker({ publish }) }).message).toContain(
      'target.publish.dashbord: no such service; fix: did you mean "dashboard"?',
    );
    expect(appWith({ model: { provider: "p", name: "m", temperature: 1 } }).message).toContain(
      "model.temperature: no such prop; known: provider, name, baseUrl, apiKey; fix: remove it",
    );
  });
});

describe("a message says what is meant", () => {
  const first = (props: Readonly<Record<string, unknown>>) => appWith(props).message.split("\n")[0];
  const onDocker = (props: object) => ({ target: HermesTarget.docker(props) });

  test("a misspelt prop is shown beside the right one", () => {
    expect(appWith({ memoryMib: 2048 }).problems).toEqual([
      expect.objectContaining({ prop: "memoryMib", fix: 'did you mean "memoryMiB"?' }),
    ]);
    expect(appWith({ messaging: { telegrm: {} } }).problems).toEqual([
      expect.objectContaining({ prop: "messaging.telegrm", fix: 'did you mean "telegram"?' }),
    ]);
    expect(appWith({ acknowledge: { "memory-to-small": "x" } }).message).toContain(
      'did you mean "memory-too-small"?',
    );
    expect(appWith({ user: "root" }).problems).toEqual([
      expect.objectContaining({ prop: "user", fix: "remove it" }),
    ]);
  });

  test("a prop of another alternative is not suggested for itself", () => {
    const host = { host: "build.example" };
    const terminal = Object.assign(Terminal.docker({ engine: { socket: "/run/docker.sock" } }), host);
    expect(appWith({ terminal }).message).toMatch(/terminal\.host: no such prop; known: .*; fix: remove it/);
  });

  test("a message about a map says if a name is not allowed", () => {
    expect(first({ env: { "A=B": "x" } })).toBe(
      "agents/hermes: env.A=…: is not an allowed name; allowed: letters, digits and `_`, with no digit first, such as TZ",
    );
    expect(first(onDocker({ labels: { "a b": "x" } }))).toMatch(
      /^agents\/hermes: target\.labels\["a b"\]: is not an allowed name/,
    );
  });

  test("a name of one letter is refused as too short", () => {
    expect(first({ name: "x" })).toContain(
      'name = "x": is not allowed; allowed: a container name: two or more',
    );
  });

  test("a wrong value inside an alternative is reported at its own place", () => {
    expect(first(onDocker({ publish: { dashboard: { port: "80" } } }))).toContain(
      'target.publish.dashboard.port = "80"',
    );
    const address = { to: "apiServer", basicAuth: { username: "ada", password: "x" } };
    expect(first({ target: HermesTarget.caprover(Object({ address })) })).toContain(
      "target.address.basicAuth",
    );
    expect(first({ healthCheck: { retries: 0, intervall: 5 } })).toContain("healthCheck.retries = 0");
    expect(first({ healthCheck: true })).toContain("healthCheck = true: is not allowed; allowed: false, or");
  });

  test("a number such as NaN is shown by its name", () => {
    expect(first({ memoryMiB: Number.NaN })).toContain("memoryMiB = NaN");
    expect(first({ cpus: Number.POSITIVE_INFINITY })).toContain("cpus = Infinity");
    expect(first({ memoryMiB: 5n })).toContain("memoryMiB = a bigint");
  });

  test("a message about an element of a list that only Terraform knows says what to do", () => {
    const [element] = Token.asList("${var.list}");
    const props = { env: { A: element }, trustedProxies: ["10.0.0.1", element] };
    for (const { problem, fix } of appWith(props).problems)
      expect({ problem, fix }).toEqual({
        problem: "stands for a whole list that only Terraform knows",
        fix: "take one element, by Fn.element",
      });
    expect(first({ mounts: Token.asList("${var.list}") })).toContain("mounts[0]: stands for a whole list");
  });

  test("each problem is reported once", () => {
    const { problems } = appWith({ stopGraceSeconds: -0.5, apiServer: { key: "${var.k}", port: -0.5 } });
    expect(problems.map(({ prop }) => prop)).toEqual(["apiServer.port", "stopGraceSeconds"]);
  });
});

describe("no value causes an unexpected exception", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;

  test.each([
    ["config", loop],
    ["config", { plugins: { disabled: [loop] } }],
    ["config", { a: Number.NaN, b: 5n, c: Symbol("c"), d: new Date() }],
    ["env", loop],
    ["labels", loop],
    ["mounts", [loop]],
    ["messaging", { telegram: loop }],
    ["name", loop],
    ["acknowledge", loop],
    ["env", Token.asStringMap("${var.map}")],
    ["config", Token.asAny("${var.any}")],
  ])("no value of %s causes an unexpected exception", (prop, value) => {
    for (const problem of appWith({ [prop]: value }).problems) expect(problem.prop).toMatch(`${prop}`);
  });

  test("one value at two places of config is not a cycle", () => {
    const shared = { level: 1 };
    agent(newStack(), { config: { a: shared, b: [shared, shared] } });
  });

  test.each([
    "toString",
    "constructor",
    "hasOwnProperty",
    "valueOf",
  ])("the name %s is accepted in env and in secrets", (name) => {
    agent(newStack(), { env: { [name]: "x" } });
    const stack = newStack();
    agent(stack, { secrets: { [name]: secretOf(stack) } });
  });
});

describe("what a terminal shows of an error", () => {
  test("the stack begins with the caller's line, and has no frame of the library, of CDKTF or of Node", () => {
    const [first = "", ...others] = appWith({ nmae: "x" }).stack?.split("\n") ?? [];
    expect(first).toMatch(/^test\/support\/validation\.test\.ts:\d+:\d+$/);
    const frames = others.filter((line) => line.startsWith("    at "));
    expect(frames[0]).toContain(__filename);
    for (const frame of frames)
      expect(frame).not.toMatch(/\/lib\/|node:|node_modules\/(?:cdktf|constructs)\//);
  });

  test("the terminal shows each problem once", () => {
    const shown = inspect(appWith({ memoryMib: 2048 }));
    expect(shown.split("memoryMib")).toHaveLength(2);
  });
});

describe("JavaScript callers get the same words", () => {
  test.each([
    "app",
    "volume",
    "registry",
    "wrapper",
    "basic",
    "oidc",
    "trusted",
  ] as const)("no props at all: %s", (construct) => {
    for (const props of [undefined, null, "text", 5, []]) {
      const refused = refusalOf(() => make(construct, props));
      expect(refused.path).toBe("agents/it-is");
      for (const { prop } of refused.problems) expect(prop).not.toBe("");
    }
  });

  test.each([
    "image",
    "data",
    "target",
    "dashboard",
    "apiServer",
    "model",
    "config",
    "messaging",
    "secrets",
    "env",
    "trustedProxies",
    "memoryMiB",
    "cpus",
    "shmMiB",
    "healthCheck",
    "stopGraceSeconds",
    "mounts",
    "extraHosts",
    "acknowledge",
    "name",
  ])("null counts as a wrong value: %s", (prop) => {
    expect(appWith({ [prop]: null }).problems.map((problem) => problem.prop)).toEqual([prop]);
  });

  test.each([
    ["image", { reference: "x", release: {} }],
    ["data", { source: { kind: "volume", name: "x" } }],
    ["dashboard", { access: { kind: "loopback" } }],
    ["env", { TZ: 5 }],
    ["trustedProxies", ["172.17.0.1/16"]],
    ["trustedProxies", ["999.1.1.1"]],
    ["trustedProxies", ["10.0.0.0/99"]],
    ["cpus", 0.005],
    ["env", { TZ: undefined }],
    ["memoryMiB", Number.NaN],
    ["memoryMiB", Number.POSITIVE_INFINITY],
    ["memoryMiB", 1024.5],
    ["cpus", 0],
    ["cpus", -1],
    ["stopGraceSeconds", "60s"],
    ["mounts", "/x:/y"],
    ["config", { a: undefined }],
    ["config", { a: () => 1 }],
    ["config", { a: Number.NaN }],
    ["acknowledge", { "no-such-rule": "because" }],
    ["acknowledge", { "env-credential": " " }],
  ])("a wrong value of %s gets a message with a remedy: %j", (prop, value) => {
    const [problem] = appWith({ [prop]: value }).problems;
    expect(problem?.prop.startsWith(prop)).toBe(true);
    expect(problem?.allowed ?? problem?.fix).toBeDefined();
  });
});

describe("a target's props are named as the target's", () => {
  test.each([
    ["docker", "provider", {}],
    ["docker", "publish", null],
    ["docker", "publish", { dashboard: { port: 70_000 } }],
    ["docker", "secretsFile", "/srv/../etc/hermes.env"],
    ["docker", "secretsFile", null],
    ["docker", "networks", [{ name: "two words" }]],
    ["docker", "networks", null],
    ["docker", "labels", { "cdktf-hermes.settings": "mine" }],
    ["docker", "labels", null],
    ["caprover", "address", true],
    ["caprover", "address", { to: "nowhere" }],
    ["caprover", "address", { to: "dashboard", domains: ["Upper.example.com"] }],
    ["caprover", "apps", { apiServer: { name: "" } }],
    ["caprover", "nginx", true],
    ["caprover", "secretsVersion", 0],
  ] as const)("a wrong prop of the target is named as the target's: %s: %s: %j", (place, prop, value) => {
    const [problem] = appWith({ target: HermesTarget[place](Object({ [prop]: value })) }).problems;
    expect(problem?.prop.startsWith(`target.${prop}`)).toBe(true);
    expect(problem?.allowed ?? problem?.fix).toBeDefined();
  });

  test("an object that is not made by HermesTarget is refused as a target", () => {
    for (const target of [{}, { deploy: () => undefined }, "docker", 5]) {
      expect(appWith({ target }).problems).toEqual([
        expect.objectContaining({ prop: "target", allowed: "a HermesTarget" }),
      ]);
    }
  });
});

describe("a secret's value never appears in an error", () => {
  /** It is never part of a message's own text. */
  const value = fc.stringMatching(/^[A-Za-z0-9+/=$_'"\\ -]{0,8}Zq7[A-Za-z0-9+/=$_'"\\ -]{6,40}$/);

  /** Every place for a secret, and places where one may be put by mistake. */
  const positions: Readonly<Record<string, (secret: unknown) => Record<string, unknown>>> = {
    "apiServer.key": (key) => ({ apiServer: { key } }),
    "apiServer.key beside a wrong port": (key) => ({ apiServer: { key, port: 0 } }),
    "apiServer itself": (apiServer) => ({ apiServer }),
    "apiServer as list": (key) => ({ apiServer: [{ key }] }),
    "model.apiKey": (apiKey) => ({
      model: { provider: "custom", name: "m", baseUrl: "http://a/v1", apiKey },
    }),
    "model.apiKey of the wrong provider": (apiKey) => ({
      model: { provider: "codex-oauth", name: "", apiKey },
    }),
    "model itself": (model) => ({ model }),
    slack: (token) => ({ messaging: { slack: { botToken: token, appToken: token, allowedUsers: [] } } }),
    "slack itself": (slack) => ({ messaging: { slack } }),
    "telegram as list": (token) => ({ messaging: { telegram: [{ botToken: token }] } }),
    discord: (botToken) => ({ messaging: { discord: { botToken, allowedUsers: "everyone" } } }),
    secrets: (secret) => ({ secrets: { OPENROUTER_API_KEY: secret, "bad name": secret } }),
    "secrets itself": (secrets) => ({ secrets }),
    "an owned name in secrets": (secret) => ({ secrets: { API_SERVER_KEY: secret } }),
    "dashboard as plain object": (password) => ({ dashboard: { kind: "basic", password } }),
    "dashboard itself": (dashboard) => ({ dashboard }),
    env: (secret) => ({
      env: { MY_TOKEN: secret, HERMES_DASHBOARD_BASIC_AUTH_PASSWORD: secret, "bad-name": secret },
    }),
    "env as list": (secret) => ({ env: [secret] }),
    "config key": (api_key) => ({ config: { providers: [{ api_key }] }, env: { HERMES_HOME: "/x" } }),
    "CapRover's basic auth": (password) => ({
      target: HermesTarget.caprover(
        Object({ address: { to: "dashboard", basicAuth: { username: "ada", password } } }),
      ),
    }),
    "CapRover's basic auth itself": (basicAuth) => ({
      target: HermesTarget.caprover(Object({ address: { to: "dashboard", basicAuth } })),
    }),
    "CapRover's address itself": (address) => ({ target: HermesTarget.caprover(Object({ address })) }),
    "secrets beside secretsFile": (secret) => ({
      target: HermesTarget.docker({ secretsFile: "/srv/env" }),
      secrets: { A_KEY: secret },
    }),
  };

  test.each(Object.keys(positions))("the value of a secret never appears in an error: %s", (position) => {
    fc.assert(
      fc.property(value, fc.constantFrom("text", "list", "object", "number"), (secret, form) => {
        const given = { text: secret, list: [secret], object: { value: secret }, number: 739_173_917_391 }[
          form
        ];
        const { message } = appWith(positions[position]?.(given) ?? {});
        expect(message).not.toContain(form === "number" ? "739173917391" : "Zq7");
      }),
      { numRuns: 25 },
    );
  });

  test("the value of a dashboard login's secret never appears in an error", () => {
    fc.assert(
      fc.property(value, (secret) => {
        for (const props of [
          { username: "", password: secret, passwordHash: secret, sessionSecret: secret },
          { username: "ada", password: [secret], sessionSecret: { secret } },
          secret,
        ])
          expect(refusalOf(() => make("basic", props)).message).not.toContain("Zq7");
        const oidc = { issuer: "http://id.example", clientId: "c", clientSecret: secret };
        expect(refusalOf(() => make("oidc", oidc)).message).not.toContain("Zq7");
        expect(
          refusalOf(() => make("volume", { name: "v", driverOptions: `password=${secret}` })).message,
        ).not.toContain("Zq7");
      }),
      { numRuns: 25 },
    );
  });
});

describe("patterns", () => {
  const segment = fc
    .stringMatching(/^[A-Za-z0-9._ -]{1,12}$/)
    .filter((part) => part !== "." && part !== "..");

  test("an absolute path is normal unless a part of it is . or ..", () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), fc.nat(), (segments, at) => {
        expect(isNormalAbsolute(`/${segments.join("/")}`)).toBe(true);
        expect(isNormalAbsolute(segments.join("/"))).toBe(false);
        for (const step of [".", ".."])
          expect(
            isNormalAbsolute(`/${segments.toSpliced(at % (segments.length + 1), 0, step).join("/")}`),
          ).toBe(false);
      }),
    );
  });

  test("a path in the container has no line break and no NUL", () => {
    for (const path of ["/a\nb", "/a\0", "a", "", "~/a"]) expect(ABSOLUTE_PATH.test(path)).toBe(false);
    expect(ABSOLUTE_PATH.test("/a b/ü")).toBe(true);
  });

  test("a URL has a scheme and a host", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (url) => expect(HTTP_URL.test(url)).toBe(true)),
    );
    for (const url of ["example.com", "https://", "https:///x", "ftp://x", "https://a b", "//x"])
      expect(HTTP_URL.test(url)).toBe(false);
  });

  test("an environment name is one that a shell can set", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/), (name) => {
        fc.pre(!/KEY|TOKEN|SECRET|PASS|CREDENTIALS|HERMES|SERVER|HOME|PATH|ID$/.test(name));
        agent(newStack(), { env: { [`X_${name}_X`]: "value" } });
      }),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(
        fc.string().filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__"),
        (name) => {
          expect(appWith({ env: { [name]: "value" } }).problems).toHaveLength(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each([
    "https://",
    "http://id.example",
    "http://localhost.example.com",
    "https:// x",
    "id.example",
  ])("an OIDC issuer that Hermes would reject is refused: %s", (issuer) => {
    expect(refusalOf(() => make("oidc", { issuer, clientId: "c" })).message).toContain("issuer");
  });
  test.each([
    "https://id.example",
    "http://localhost:8080/realm",
    "http://127.0.0.1",
    "http://[::1]:5",
  ])("an OIDC issuer that Hermes accepts is accepted: %s", (issuer) => {
    make("oidc", { issuer, clientId: "c" });
  });
});
