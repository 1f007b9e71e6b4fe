import { TerraformStack } from "cdktf";
import * as z from "zod";
import { CapRoverApp } from "../../lib/caprover/app";
import type { CapRoverAppProps } from "../../lib/caprover/app-props";
import { APP_SCHEMA } from "../../lib/caprover/app-schema";
import { attributeName } from "../../lib/caprover/attributes";
import { APP_NAME_SCHEMA, CUSTOM_DOMAIN_SCHEMA, REDIRECT_SCHEMA } from "../../lib/caprover/domains";
import { PROVIDER_SOURCE } from "../../lib/caprover/package";
import { PROJECT_SCHEMA } from "../../lib/caprover/project";
import { CapRoverProvider, PROVIDER_SCHEMA } from "../../lib/caprover/provider";
import { REGISTRY_SCHEMA } from "../../lib/caprover/registry";
import { caproverProvider, PROVIDER_SOURCE as SERVED_SOURCE } from "../../lib/provider/provider";
import type { AppConfig } from "../../lib/provider/resources/app/schema";
import { namesBelow } from "../../lib/support/redaction";
import type { LazySchema } from "../../lib/support/validation";
import type { Attributes, AttributeType } from "../../lib/terraform-plugin";
import { newApp, refusalOf } from "../agents";

const SCHEMAS: Readonly<Record<string, LazySchema>> = {
  caprover_app: APP_SCHEMA,
  caprover_base_domain_ssl: APP_NAME_SCHEMA,
  caprover_custom_domain: CUSTOM_DOMAIN_SCHEMA,
  caprover_force_ssl: APP_NAME_SCHEMA,
  caprover_project: PROJECT_SCHEMA,
  caprover_redirect: REDIRECT_SCHEMA,
  caprover_registry: REGISTRY_SCHEMA,
};

interface Names {
  [name: string]: true | Names;
}

/** All names of a binding as Terraform's, sorted by nesting. */
function namesOf(schema: z.core.$ZodType): Names {
  return Object.fromEntries(
    [...namesBelow(schema)].map(([prop, below]) => [
      attributeName(prop),
      namesBelow(below).size === 0 ? true : namesOf(below),
    ]),
  );
}

/** All names that a configuration may set. */
function settableNames(attributes: Attributes): Names {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, { mode }]) => mode !== "computed")
      .map(([name, { type }]) => [name, namesOfType(type)]),
  );
}

function namesOfType(type: AttributeType): true | Names {
  if (type.kind === "nested") return settableNames(type.attributes);
  return type.kind === "primitive" ? true : namesOfType(type.element);
}

describe("the bindings", () => {
  test("the provider's props are the attributes of its configuration, no more and no less", () => {
    expect(namesOf(PROVIDER_SCHEMA())).toEqual(settableNames(caproverProvider.attributes));
  });

  test.each(
    Object.entries(caproverProvider.resources ?? {}),
  )("the props of %s are its attributes that can be set, no more and no less", (type, resource) => {
    expect(namesOf(SCHEMAS[type]?.() ?? z.never())).toEqual(settableNames(resource.attributes));
  });

  test("the binding names the source that the provider is served under", () =>
    expect(PROVIDER_SOURCE).toBe(SERVED_SOURCE));
});

/** `memory_mib` → `memoryMiB`. */
type PropName<S> = CamelCase<S> extends `${infer Begin}Mib` ? `${Begin}MiB` : CamelCase<S>;
type CamelCase<S> = S extends `${infer First}_${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : S;

/** The props that a configuration's type asks of a binding: what is null in every configuration can't be set. */
type PropsFor<Config> = Config extends readonly (infer Element)[]
  ? readonly PropsFor<Element>[]
  : Config extends object
    ? string extends keyof Config
      ? Config
      : {
          [K in keyof Config as Config[K] extends null ? never : PropName<K>]: PropsFor<
            NonNullable<Config[K]>
          >;
        }
    : Config;
/** Alternatives count as one object with the props of all: the provider's schema has no alternatives. */
type Whole<Props> = [Props] extends [readonly (infer Element)[]]
  ? readonly Whole<Element>[]
  : [Props] extends [object]
    ? string extends keyof Props
      ? Props
      : { readonly [K in NamesOf<Props>]-?: Whole<NonNullable<ValueOf<Props, K>>> }
    : Props;
type NamesOf<Props> = Props extends unknown ? keyof Props : never;
type ValueOf<Props, K> = Props extends unknown ? (K extends keyof Props ? Props[K] : never) : never;

test("the props of an app have the types of its attributes", () => {
  // the compiler checks it: it refuses these if a type differs
  const fromConfig = (config: PropsFor<AppConfig>): Whole<CapRoverAppProps> => config;
  const toConfig = (props: Whole<CapRoverAppProps>): PropsFor<AppConfig> => props;
  expect(toConfig).not.toBe(fromConfig);
});

function attributesOf(props: Partial<CapRoverAppProps>) {
  const stack = new TerraformStack(newApp(), "stack");
  new CapRoverApp(stack, "app", { name: "app", ...props });
  const { "//": _metadata, ...attributes } = stack.toTerraform().resource.caprover_app.app;
  return attributes;
}

test("a prop in camelCase becomes Terraform's name at every depth", () => {
  const tmpfs = [{ containerPath: "/dev/shm", sizeMiB: 64 }];
  expect(attributesOf({ httpPort: 9119, limits: { memoryMiB: 2048 }, tmpfs })).toEqual({
    name: "app",
    http_port: 9119,
    limits: { memory_mib: 2048 },
    tmpfs: [{ container_path: "/dev/shm", size_mib: 64 }],
  });
});

test("the keys of an environment stay as they are", () => {
  const environment = { HOME: "/x", camelCase: "1", "with-dash": "2" };
  const made = attributesOf({ environment, secretEnvironmentWo: { MY_KEY: "${var.key}" } });
  expect(made).toMatchObject({ environment, secret_environment_wo: { MY_KEY: "${var.key}" } });
});

test("a misspelt prop is refused", () => {
  const props: object = { httpPrt: 80 };
  expect(refusalOf(() => attributesOf(props)).message).toContain("stack/app: httpPrt: no such prop");
});

describe("the provider", () => {
  const stack = () => new TerraformStack(newApp(), "stack");

  test("a password in clear text is refused, and not shown", () => {
    const refused = refusalOf(() => new CapRoverProvider(stack(), "caprover", { password: "captain42" }));
    expect(refused.message).toMatch(/^stack\/caprover: password: .*; fix: leave it out/);
    expect(refused.message).not.toContain("captain42");
  });

  test("the provider is required in the package's own version", () => {
    const made = stack();
    new CapRoverProvider(made, "caprover", { url: "https://captain.example", alias: "second" });
    const { terraform, provider } = made.toTerraform();
    const { version } = jest.requireActual("../../package.json");
    expect(terraform.required_providers.caprover).toEqual({ source: PROVIDER_SOURCE, version });
    expect(provider.caprover).toEqual([
      { url: "https://captain.example", alias: "second", owner: "${terraform.workspace}/stack" },
    ]);
  });
});
