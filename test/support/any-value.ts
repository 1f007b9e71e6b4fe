/** Whatever a JavaScript program gives, wherever: it is accepted, or refused by an error of this library's. */
import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import type * as z from "zod";
import {
  CapRoverApp,
  CapRoverBaseDomainSsl,
  CapRoverCustomDomain,
  CapRoverForceSsl,
  CapRoverProject,
  CapRoverProvider,
  CapRoverRedirect,
  CapRoverRegistry,
  DashboardAuth,
  HermesApp,
  HermesConfigError,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
} from "../../lib";
import { HERMES_APP_SCHEMA } from "../../lib/agent/schema";
import { APP_SCHEMA } from "../../lib/caprover/app-schema";
import { namesBelow } from "../../lib/support/redaction";
import { CAPROVER_TARGET_SCHEMA } from "../../lib/targets/caprover/props";
import { DOCKER_TARGET_SCHEMA } from "../../lib/targets/docker/props";
import { imageOf, NEWEST, newDataOf, newStack, secretOf } from "../agents";

class Mine {
  readonly own = 1;
}

const loop: Record<string, unknown> = {};
loop["self"] = loop;
const endless: unknown[] = [];
endless.push(endless);
const throwing = {
  get name(): string {
    throw new Error("Zq7");
  },
};
const refuse = () => {
  throw new Error("Zq7");
};
const proxy: object = new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse });
const sparse = Array<unknown>(3);
sparse[1] = "x";

const ODD: readonly unknown[] = [
  undefined,
  null,
  true,
  "",
  " ",
  "x",
  "${var.x}",
  "${",
  "\0",
  "__proto__",
  0,
  -1,
  1.5,
  1e300,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  5n,
  Symbol("s"),
  () => "f",
  class {},
  new Date(0),
  new Date(Number.NaN),
  new Map([["a", 1]]),
  new Set([1]),
  new Mine(),
  /x/,
  new Error("x"),
  Promise.resolve(1),
  new Uint8Array(3),
  Object(1),
  [],
  [undefined],
  [null],
  [[]],
  sparse,
  {},
  { "": 1 },
  { a: undefined },
  { toString: 1, constructor: 2, valueOf: 3, hasOwnProperty: 4 },
  JSON.parse('{"__proto__": {"a": 1}}'),
  Object.create(null),
  Object.create({ inherited: 1 }),
  Object.freeze({ a: 1 }),
  { [Symbol("key")]: 1 },
  loop,
  endless,
  throwing,
  proxy,
  Token.asString({ a: 1 }),
  Token.asNumber("${var.n}"),
  Token.asList("${var.l}"),
  Token.asList("${var.l}")[0],
  Token.asStringMap("${var.m}"),
  Token.asNumberMap("${var.m}"),
  Token.asAny("${var.a}"),
];

const values = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ODD) },
  {
    weight: 1,
    arbitrary: fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ODD).map((value) => [value]) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD).map((value) => ({ NAME: value, name: value })) },
);

/** Every place that a schema knows; of the rules to acknowledge, which are all alike, only the first. */
function pathsIn(schema: z.core.$ZodType, above: readonly string[] = []): readonly (readonly string[])[] {
  if (above.at(-1) === "acknowledge") return [above, [...above, "secret-literal"]];
  const below = [...namesBelow(schema)].flatMap(([name, inner]) => pathsIn(inner, [...above, name]));
  return [above, ...below];
}

/** Inside a list where the place is one. */
const LISTS = new Set(["mounts", "networks", "volumes", "tmpfs", "ports"]);

function withValue(props: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const given: Readonly<Record<string, unknown>> = Object(props);
  const inner = withValue(given[name], rest, value);
  return { ...given, [name]: LISTS.has(name) && rest.length > 0 ? [inner] : inner };
}

interface Subject {
  readonly paths: readonly (readonly string[])[];
  readonly make: (scope: Construct, path: readonly string[], value: unknown) => unknown;
}

const named = (...names: readonly string[]) => [[], ...names.map((name) => [name])];

function subject(
  make: (scope: Construct, id: string, props: never) => unknown,
  paths: Subject["paths"],
  base: object,
): Subject {
  return {
    paths,
    make: (scope, path, value) =>
      Reflect.apply(make, undefined, [scope, "made", withValue(base, path, value)]),
  };
}

const constructed =
  (of: new (scope: Construct, id: string, props: never) => unknown) =>
  (scope: Construct, id: string, props: never) =>
    Reflect.construct(of, [scope, id, props]);

const onTarget = (target: (props: object) => HermesTarget, schema: z.ZodType): Subject => ({
  paths: pathsIn(schema)
    .filter(([first]) => first === "target")
    .map(([, ...path]) => path),
  make: (scope, path, value) => {
    const { target: props } = Object(withValue({}, ["target", ...path], value));
    const apiServer = { key: secretOf(TerraformStack.of(scope)) };
    return new HermesApp(scope, "made", {
      image: imageOf(scope),
      data: newDataOf(scope, scope.node.id),
      name: scope.node.id,
      apiServer,
      target: target(props),
    });
  },
});

const SUBJECTS: Readonly<Record<string, Subject>> = {
  HermesApp: {
    paths: pathsIn(HERMES_APP_SCHEMA()),
    make: (scope, path, value) => {
      const base = { image: imageOf(scope), data: newDataOf(scope, scope.node.id), name: scope.node.id };
      return Reflect.construct(HermesApp, [scope, "made", withValue(base, path, value)]);
    },
  },
  "HermesTarget.docker": onTarget(HermesTarget.docker, DOCKER_TARGET_SCHEMA()),
  "HermesTarget.caprover": onTarget(HermesTarget.caprover, CAPROVER_TARGET_SCHEMA()),
  PersistentDataVolume: subject(
    constructed(PersistentDataVolume),
    named("name", "hostPath", "driver", "driverOptions", "uid", "gid", "acknowledge"),
    { name: "data" },
  ),
  "HermesImage.registry": subject(
    HermesImage.registry,
    named("repository", "tag", "digest", "release", "provider", "acknowledge"),
    { tag: NEWEST },
  ),
  "HermesImage.wrapper": subject(
    HermesImage.wrapper,
    named(
      "release",
      "baseRepository",
      "baseDigest",
      "baseRevision",
      "codexVersion",
      "npmPackages",
      "aptPackages",
      "pythonPackages",
      "hermesPackages",
      "caCertificates",
      "name",
      "provider",
      "acknowledge",
    ),
    { release: NEWEST, baseRevision: "1" },
  ),
  "DashboardAuth.basic": subject(
    DashboardAuth.basic,
    named("username", "password", "passwordHash", "sessionSecret", "sessionTtlSeconds", "publicUrl"),
    { username: "ada", passwordHash: "${var.h}", sessionSecret: "${var.s}" },
  ),
  "DashboardAuth.oidc": subject(
    DashboardAuth.oidc,
    named("issuer", "clientId", "clientSecret", "scopes", "publicUrl"),
    {
      issuer: "https://id.example",
      clientId: "c",
    },
  ),
  "DashboardAuth.nous": subject(DashboardAuth.nous, named("clientId", "portalUrl"), { clientId: "agent:1" }),
  "DashboardAuth.trustedNetwork": subject(DashboardAuth.trustedNetwork, named("reason"), { reason: "a lab" }),
  CapRoverApp: subject(
    constructed(CapRoverApp),
    [
      ...pathsIn(APP_SCHEMA()),
      ...named("provider", "dependsOn", "lifecycle", "count", "forEach", "acknowledge"),
    ],
    { name: "web" },
  ),
  CapRoverProvider: subject(
    constructed(CapRoverProvider),
    named("url", "password", "allowInsecureHttp", "requestTimeoutSeconds", "alias", "acknowledge"),
    {},
  ),
  CapRoverRegistry: subject(
    constructed(CapRoverRegistry),
    named("domain", "username", "passwordWo", "passwordWoVersion", "imagePrefix", "push", "acknowledge"),
    { domain: "ghcr.io", username: "ada", passwordWo: "${var.p}" },
  ),
  CapRoverProject: subject(constructed(CapRoverProject), named("name", "parentId", "description"), {
    name: "p",
  }),
  CapRoverCustomDomain: subject(constructed(CapRoverCustomDomain), named("app", "domain", "ssl"), {
    app: "web",
    domain: "a.example.com",
  }),
  CapRoverRedirect: subject(constructed(CapRoverRedirect), named("app", "domain"), {
    app: "web",
    domain: "a.example.com",
  }),
  CapRoverBaseDomainSsl: subject(constructed(CapRoverBaseDomainSsl), named("app"), { app: "web" }),
  CapRoverForceSsl: subject(constructed(CapRoverForceSsl), named("app"), { app: "web" }),
};

/** What the error says; undefined if there is none. */
function refusal(action: () => unknown): HermesConfigError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof HermesConfigError) return error;
    throw error;
  }
}

/** Of the odd values, those that the place of that number gets. */
type Choice = (place: number) => readonly unknown[];

export const everyValue: Choice = () => ODD;

/** Every eighth, and at the next place those beside them: no value is left out, and no place. */
export const someValues: Choice = (place) => ODD.filter((_, i) => (i + place) % 8 === 0);

export function testAnyValue(choice: Choice): void {
  test.each(
    Object.entries(SUBJECTS),
  )("whatever is given to %s, at whatever place, is accepted or refused in this library's words", (_, {
    paths,
    make,
  }) => {
    const stack = newStack();
    let count = 0;
    const check = (path: readonly string[], value: unknown) => {
      const scope = new Construct(stack, `try-${count++}`);
      const error = refusal(() => make(scope, path, value));
      if (error === undefined) return;
      expect(error.path).toBe(`${scope.node.path}/made`);
      expect(error.message).not.toMatch(
        /Invalid input|TfToken|\[object|=>|\bclass \{|function \w*\(|Zq7|= undefined/,
      );
      for (const problem of error.problems) {
        expect(problem.prop).not.toBe("");
        expect(problem.allowed ?? problem.fix).toMatch(/\S/);
      }
    };
    paths.forEach((path, place) => {
      for (const value of choice(place)) check(path, value);
    });
    fc.assert(fc.property(fc.constantFrom(...paths), values, check), { numRuns: 100 });
  });
}
