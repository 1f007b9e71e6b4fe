/** What a CapRover server or the provider would refuse is refused by the bindings. */
import { Token } from "cdktf";
import type { Construct } from "constructs";
import {
  CapRoverApp,
  type CapRoverAppProps,
  CapRoverBaseDomainSsl,
  CapRoverCustomDomain,
  CapRoverForceSsl,
  CapRoverProject,
  CapRoverProvider,
  CapRoverRedirect,
  CapRoverRegistry,
} from "../../lib";
import { newStack, refusalOf, secretOf, synth } from "../agents";

/** Passes props that TypeScript would reject, as a JavaScript caller may. */
function refused(make: new (scope: Construct, id: string, props: never) => unknown, props: unknown): string {
  return refusalOf(() => Reflect.construct(make, [newStack(), "made", props])).message;
}

const data = { persistent: true, volumes: [{ containerPath: "/data", name: "data" }] };
const answer = (http: object) => ({ ready: { http } });

test.each<[string, object, string]>([
  ["a name with capitals", { name: "Web" }, 'name = "Web": is not allowed; allowed: at most 49 lower-case'],
  ["a name of CapRover's own", { name: "captain-web" }, "name = "],
  ["a name of 50 letters", { name: "a".repeat(50) }, "name = "],
  ["port 0", { httpPort: 0 }, "httpPort = 0: is not allowed; allowed: a whole number from 1 to 65534"],
  ["port 65535", { ports: [{ hostPort: 65535, containerPort: 80 }] }, "ports[0].hostPort = 65535"],
  ["memory that Docker refuses", { limits: { memoryMiB: 3 } }, "limits.memoryMiB = 3"],
  ["no CPU at all", { limits: { cpus: 0 } }, "limits.cpus = 0"],
  ["no CPU that is a number", { limits: { cpus: Number.NaN } }, "limits.cpus = NaN"],
  ["a negative grace", { stopGraceSeconds: -1 }, "stopGraceSeconds = -1"],
  ["half a container", { instanceCount: 0.5 }, "instanceCount = 0.5"],
  ["two containers on one volume", { ...data, instanceCount: 2 }, "instanceCount: is more than one"],
  ["volumes without data", { volumes: data.volumes }, "volumes: needs `persistent`"],
  ["a volume without source", { persistent: true, volumes: [{ containerPath: "/a" }] }, "volumes[0] = "],
  [
    "a relative path",
    { persistent: true, volumes: [{ containerPath: "a", name: "a" }] },
    "volumes[0].containerPath",
  ],
  [
    "a volume's name",
    { persistent: true, volumes: [{ containerPath: "/a", name: "a--b" }] },
    "volumes[0].name",
  ],
  ["a variable with =", { environment: { "A=B": "x" } }, "environment.A=…: is not an allowed name"],
  ["a number as variable", { environment: { A: 5 } }, "environment.A = "],
  ["a template", { environment: { A: "{{.Node.Hostname}}" } }, "environment.A: has `{{` in its value"],
  [
    "one variable twice",
    { environment: { A: "1" }, secretEnvironmentWo: { A: "${var.a}" } },
    "environment.A: is in",
  ],
  [
    "an image and a build",
    { image: "a", captainDefinition: '{"schemaVersion":2,"imageName":"a"}' },
    "captainDefinition: is beside",
  ],
  ["a build that is no JSON", { captainDefinition: "FROM x" }, "captainDefinition: is no captain-definition"],
  ["a token that nothing takes", { deployTokenWo: "${var.t}" }, "deployTokenWo: needs `deployTokenEnabled`"],
  [
    "basic auth without an address",
    { webApp: false, basicAuth: { user: "a", passwordWo: "${var.p}" } },
    "basicAuth: has no address",
  ],
  ["a user with a colon", { basicAuth: { user: "a:b", passwordWo: "${var.p}" } }, 'basicAuth.user = "a:b"'],
  [
    "a request without an address",
    { webApp: false, ...answer({ status: 401 }) },
    "ready.http: asks an address",
  ],
  ["an answer that CapRover gives too", answer({ path: "/x" }), "ready.http.contains: is missing"],
  ["a path without /", answer({ path: "x", status: 401 }), 'ready.http.path = "x"'],
  ["an empty health check", { healthCheck: { test: [] } }, "healthCheck.test = "],
  ["a misspelt prop", { nmae: 1 }, 'nmae: no such prop; fix: did you mean "name"?'],
  [
    "a misspelt prop in a prop",
    { limits: { memoryMib: 5 } },
    'limits.memoryMib: no such prop; fix: did you mean "memoryMiB"?',
  ],
  [
    "a misspelt prop in a list",
    { tmpfs: [{ containerpath: "/x", sizeMiB: 1 }] },
    'tmpfs[0].containerpath: no such prop; fix: did you mean "containerPath"?',
  ],
  [
    "a misspelt prop three deep",
    answer({ contain: "x" }),
    'ready.http.contain: no such prop; fix: did you mean "contains"?',
  ],
  ["a misspelt prop of CDKTF's", { dependOn: [] }, 'dependOn: no such prop; fix: did you mean "dependsOn"?'],
])("an app is refused at synthesis: %s", (_, props, message) => {
  const shown = refused(CapRoverApp, { name: "web", ...props });
  expect(shown).toContain(`agents/made: ${message}`);
  expect(shown).not.toContain("\n");
});

const token = "${var.value}";

test.each<[string, Partial<CapRoverAppProps>]>([
  ["nothing but a name", {}],
  ["a name of 49 letters", { name: "a".repeat(49) }],
  ["a name that only begins like CapRover's own", { name: "captainhook" }],
  ["data", data],
  ["a directory of the node", { persistent: true, volumes: [{ containerPath: "/a b", hostPath: "/srv/a" }] }],
  ["no container", { instanceCount: 0 }],
  ["three containers without data", { instanceCount: 3 }],
  ["every port", { httpPort: 65534, ports: [{ hostPort: 1, containerPort: 65534 }] }],
  ["odd names of variables", { environment: { "with-dash": "1", "a.b": "2", ü: "3" } }],
  ["a template on request", { environment: { A: "{{.Node.Hostname}}" }, environmentTemplates: true }],
  ["basic auth", { basicAuth: { user: "ada", passwordWo: token } }],
  ["no address", { webApp: false }],
  ["another answer", { ready: { http: { path: "/x?y", status: 401 } } }],
  ["a text of the answer", { ready: { http: { contains: "ok" }, timeoutSeconds: 1 } }],
  ["no health check", { healthCheck: { test: ["NONE"] } }],
  ["little of everything", { limits: { memoryMiB: 4, cpus: 0.01 }, stopGraceSeconds: 1 }],
  ["a build", { captainDefinition: JSON.stringify({ schemaVersion: 2, dockerfileLines: ["FROM x"] }) }],
  ["text that Terraform knows", { name: token, image: token, captainDefinition: token, nodeId: token }],
  [
    "numbers that Terraform knows",
    { httpPort: Token.asNumber(token), limits: { cpus: Token.asNumber(token) } },
  ],
  ["a list that Terraform knows", { tags: Token.asList(token) }],
  ["a map that Terraform knows", { environment: Token.asStringMap(token) }],
])("an app is accepted: %s", (_, props) => {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  new CapRoverApp(stack, "app", { name: "web", ...props });
  synth(stack);
});

test("switches, lists and objects that only Terraform knows are left to the provider", () => {
  const props: object = {
    name: "web",
    persistent: Token.asAny(token),
    volumes: Token.asAny(token),
    limits: Token.asAny(token),
  };
  Reflect.construct(CapRoverApp, [newStack(), "app", props]);
});

test.each([
  "captain.example.com",
  "https://captain.example.com/dashboard",
  "https://captain.example.com/#/dashboard",
  "https://captain.example.com/#/login",
  "https://captain.example.com?a=b",
  "http://captain.example.com",
  "ftp://captain.example.com",
  "https://",
  "https://captain example.com",
  "",
])("a server's address is refused: %s", (url) => {
  expect(refused(CapRoverProvider, { url })).toContain("agents/made: url = ");
});

test.each([
  "https://captain.example.com",
  "https://captain.example.com/",
  "https://captain.example.com:8443",
  "https://captain.example.com/api/v2",
  "http://127.0.0.1:3000",
  "http://localhost:3000",
  "http://[::1]:3000",
  token,
  undefined,
])("a server's address is accepted: %s", (url) => {
  new CapRoverProvider(newStack(), "caprover", url === undefined ? {} : { url });
});

test("http to another machine is accepted on request", () => {
  new CapRoverProvider(newStack(), "caprover", { url: "http://captain.lan", allowInsecureHttp: true });
});

test.each<[object, string]>([
  [{ alias: "2nd" }, "alias = "],
  [{ alias: "a b" }, "alias = "],
  [{ alias: "a.b" }, "alias = "],
  [{ requestTimeoutSeconds: 14 }, "requestTimeoutSeconds = 14"],
  [{ urll: "https://captain.example.com" }, 'urll: no such prop; fix: did you mean "url"?'],
])("the provider is refused: %j", (props, message) => {
  expect(refused(CapRoverProvider, props)).toContain(`agents/made: ${message}`);
});

test.each(["second", "_b", "b-2"])("an alias is accepted: %s", (alias) => {
  expect(new CapRoverProvider(newStack(), "caprover", { alias, requestTimeoutSeconds: 15 }).alias).toBe(
    alias,
  );
});

const account = { username: "ada", passwordWo: token };

test.each<[new (scope: Construct, id: string, props: never) => unknown, object, string]>([
  [CapRoverRegistry, { domain: "https://ghcr.io", ...account }, "domain = "],
  [CapRoverRegistry, { domain: "ghcr.io/", ...account }, "domain = "],
  [CapRoverRegistry, { domain: "ghcr.io", username: "ada" }, "passwordWo: is missing"],
  [CapRoverProject, { name: " " }, "name = "],
  [CapRoverProject, {}, "name: is missing"],
  [CapRoverCustomDomain, { app: "web", domain: "https://a.example.com" }, "domain = "],
  [CapRoverCustomDomain, { app: "web", domain: "A.example.com" }, "domain = "],
  [CapRoverCustomDomain, { app: "web", domain: "192.168.1.20" }, "domain = "],
  [CapRoverCustomDomain, { app: "web", domain: "localhost" }, "domain = "],
  [CapRoverCustomDomain, { app: "web", domain: `${"a".repeat(64)}.example.com` }, "domain = "],
  [CapRoverRedirect, { app: "web", domain: "a.example.com/x" }, "domain = "],
  [CapRoverBaseDomainSsl, { app: "My App" }, "app = "],
  [CapRoverForceSsl, { ap: "web" }, 'ap: no such prop; fix: did you mean "app"?'],
])("a resource is refused: %p %j", (make, props, message) => {
  expect(refused(make, props)).toContain(`agents/made: ${message}`);
});

test("accounts, projects, domains and redirects are accepted", () => {
  const stack = newStack();
  new CapRoverProvider(stack, "caprover");
  const passwordWo = secretOf(stack);
  for (const [i, domain] of ["ghcr.io", "registry.example.com:5000", "docker.io/acme", token].entries())
    new CapRoverRegistry(stack, `registry-${i}`, { domain, username: "ada", passwordWo });
  new CapRoverProject(stack, "project", { name: "Agents & more", description: "" });
  const app = "web";
  for (const [i, domain] of ["a.example.com", "xn--bcher-kva.example", "1.example.com", token].entries())
    new CapRoverCustomDomain(stack, `domain-${i}`, { app, domain, ssl: false });
  new CapRoverRedirect(stack, "redirect", { app, domain: "a.example.com" });
  new CapRoverBaseDomainSsl(stack, "ssl", { app: token });
  synth(stack);
});

describe("an app without an address", () => {
  const made = (webApp: boolean, of: (scope: Construct) => unknown) => {
    const stack = newStack();
    new CapRoverProvider(stack, "caprover");
    of(stack);
    // Later than what refers to it.
    new CapRoverApp(stack, "app", { name: "web", webApp });
    return stack;
  };
  const app = "web";

  test.each<[string, (scope: Construct) => unknown]>([
    ["a domain", (scope) => new CapRoverCustomDomain(scope, "made", { app, domain: "a.example.com" })],
    ["a certificate", (scope) => new CapRoverBaseDomainSsl(scope, "made", { app })],
    ["forced https", (scope) => new CapRoverForceSsl(scope, "made", { app })],
    ["a redirect", (scope) => new CapRoverRedirect(scope, "made", { app, domain: "a.example.com" })],
  ])("an app without an address gets no domain and no certificate, and one with an address does: %s", (_, of) => {
    expect(refusalOf(() => synth(made(false, of))).message).toContain(
      'agents/made: app = "web": agents/app has no address: it has `webApp: false`',
    );
    synth(made(true, of));
  });
});
