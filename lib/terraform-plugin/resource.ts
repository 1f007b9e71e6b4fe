/**
 * What a provider is made of. A resource, a data source, an ephemeral resource and the provider itself are objects
 * of plain async functions. The types of these functions follow from the schema that is written beside them.
 */
import type { Diagnostics } from "./diagnostics";
import type { Logger } from "./log";
import type { PrivateState } from "./private-state";
import type { Attributes, Blocks, NoBlocks } from "./schema";
import type { ObjectOf, ResultOf } from "./schema-values";
import type { StateUpgraders } from "./state-upgrade";
import type { TimeoutSeconds } from "./timeouts";
import type { ObjectValue, Path } from "./value";

/** A value, or the promise of one. */
export type Awaitable<T> = T | Promise<T>;

/** What `validateConfig` is given beside the configuration. */
export interface ValidateContext {
  /** Takes errors and warnings, which Terraform prints. */
  readonly diagnostics: Diagnostics;
}

/** What a provider's `configure` is given beside its configuration. */
export interface ConfigureContext extends ValidateContext {
  /** Such as `1.11.4`. */
  readonly terraformVersion: string;
  /** Aborts when the user stops Terraform, and when Terraform is gone. */
  readonly signal: AbortSignal;
  /** Takes the secrets of the configuration out of what it prints. */
  readonly log: Logger;
}

/** What every function of a resource, data source or ephemeral resource is given. */
export interface Context<ProviderData> extends ValidateContext {
  /** What the provider's `configure` returned. */
  readonly providerData: ProviderData;
  /** Aborts when the user stops Terraform, when Terraform is gone, and when the operation has reached its timeout. */
  readonly signal: AbortSignal;
  /** Takes the secrets of the configuration, plan and state out of what it prints. */
  readonly log: Logger;
  /** What an earlier call left here. What this call leaves here, the next one finds. */
  readonly privateState: PrivateState;
}

/** What `modifyPlan` is given beside the plan. */
export interface ModifyPlanContext<ProviderData, Draft, State> extends Context<ProviderData> {
  /** The configuration as written. Values may be unknown. */
  readonly config: Draft;
  /** The prior state. Null when the plan creates the resource. */
  readonly state: State | null;
  /** Makes this plan replace the resource, because of the attribute at that path. */
  requiresReplace(path: Path): void;
}

/** What `create` is given beside the plan. */
export interface CreateContext<ProviderData, Config, State> extends Context<ProviderData> {
  /** The configuration as written. It holds the write-only values, which a plan doesn't. */
  readonly config: Config;
  /**
   * Says what exists so far. When the function throws later, Terraform keeps this state: it marks a new resource as
   * tainted, and destroys it before it tries again.
   */
  saveState(state: Partial<State>): void;
}

/** What `update` is given beside the plan. */
export interface UpdateContext<ProviderData, Config, State>
  extends CreateContext<ProviderData, Config, State> {
  /** The prior state. */
  readonly state: State;
}

/** The types of one schema's values, one for each time at which a function sees them. */
export interface Values {
  /** A configuration or plan in which anything may be unknown yet. */
  readonly draft: object;
  /** A plan at apply: only what the resource computes is unknown. */
  readonly planned: object;
  /** The configuration at apply. */
  readonly config: object;
  /** What Terraform stores. */
  readonly state: object;
  /** What a function returns. */
  readonly result: object;
  /** What `open` returns. */
  readonly opened: object;
}
/** The types of the values that attributes `A` and blocks `B` describe. */
export interface ValuesOf<A extends Attributes, B extends Blocks> {
  readonly draft: ObjectOf<A, B, "draft">;
  readonly planned: ObjectOf<A, B, "planned">;
  readonly config: ObjectOf<A, B, "config">;
  readonly state: ObjectOf<A, B, "state">;
  readonly result: ResultOf<A, B>;
  readonly opened: ResultOf<A, B, "planned">;
}
/** The types of any schema's values, which the calls of the protocol handle. */
export interface AnyValues {
  readonly draft: ObjectValue;
  readonly planned: ObjectValue;
  readonly config: ObjectValue;
  readonly state: ObjectValue;
  readonly result: ObjectValue;
  readonly opened: ObjectValue;
}

/** What a resource, a data source, an ephemeral resource and a provider have in common. */
export interface Definition<A extends Attributes, B extends Blocks, V extends Values> {
  /** One or two sentences for the documentation. */
  readonly description?: string;
  /** By name. */
  readonly attributes: A;
  /** By name. @default - no blocks */
  readonly blocks?: B;
  /** Checks that need several attributes at once. Values may be unknown. */
  validateConfig?(config: V["draft"], context: ValidateContext): Awaitable<void>;
}

/**
 * A managed resource. Any function may throw; a `TerraformError` says which attribute is at fault. The last two
 * parameters follow from the schema, and are left out where code handles resources of any schema.
 */
export interface Resource<
  ProviderData,
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
  V extends Values = AnyValues,
> extends Definition<A, B, V> {
  /** The schema's version. Raise it when stored state needs an upgrade. @default 0 */
  readonly version?: number;
  /** What upgrades the state of older schema versions. @default - none */
  readonly stateUpgraders?: StateUpgraders;
  /** Gives the resource a `timeouts` block, with these defaults for these operations. @default - no timeouts */
  readonly timeoutSeconds?: TimeoutSeconds;

  /** Changes the plan: what it returns replaces those attributes of the plan. */
  modifyPlan?(
    plan: V["draft"],
    context: ModifyPlanContext<ProviderData, V["draft"], V["state"]>,
  ): Awaitable<Partial<V["draft"]> | undefined>;
  /** Looks at a plan that destroys the resource. It may refuse it with an error. */
  planDestroy?(state: V["state"], context: Context<ProviderData>): Awaitable<void>;
  /** Creates the resource. @returns at least what the resource computes */
  create(
    plan: V["planned"],
    context: CreateContext<ProviderData, V["config"], V["state"]>,
  ): Promise<V["result"]>;
  /** Finds how the resource is now. @returns null when it no longer exists */
  read(state: V["state"], context: Context<ProviderData>): Promise<V["state"] | null>;
  /**
   * Changes the resource in place. Without it, every change replaces the resource.
   * @returns at least what the resource computes
   */
  update?(
    plan: V["planned"],
    context: UpdateContext<ProviderData, V["config"], V["state"]>,
  ): Promise<V["result"]>;
  /** Destroys the resource. It succeeds too when the resource no longer exists. */
  delete(state: V["state"], context: Context<ProviderData>): Promise<void>;
  /** Finds a resource by the id that the user gave to `terraform import`. Without it, it can't be imported. */
  importState?(id: string, context: Context<ProviderData>): Promise<V["state"]>;
}

/** Something that is only read. */
export interface DataSource<
  ProviderData,
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
  V extends Values = AnyValues,
> extends Definition<A, B, V> {
  /** Looks the values up. The configuration has its defaults. @returns at least what is computed */
  read(config: V["planned"], context: Context<ProviderData>): Promise<V["result"]>;
}

/** A value that lives for one run of Terraform and is never stored, such as a token. Terraform 1.10 or OpenTofu 1.11. */
export interface EphemeralResource<
  ProviderData,
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
  V extends Values = AnyValues,
> extends Definition<A, B, V> {
  /**
   * Makes the value. The configuration has its defaults.
   *
   * @returns at least what is computed. While Terraform plans, what only the apply brings about is unknown.
   */
  open(config: V["planned"], context: Context<ProviderData>): Promise<V["opened"]>;
  /** Ends what `open` began. It finds in `privateState` what `open` put there. */
  close?(context: Context<ProviderData>): Promise<void>;
}

/** A provider: its own configuration, and what it offers. */
export interface Provider<
  ProviderData = unknown,
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
  V extends Values = AnyValues,
> extends Definition<A, B, V> {
  /** Returns the `providerData` of every function. Values may be unknown while Terraform plans. */
  configure(config: V["draft"], context: ConfigureContext): Awaitable<ProviderData>;
  /** By full name, such as `random_id`. @default - none */
  readonly resources?: Readonly<Record<string, Resource<ProviderData>>>;
  /** By full name. @default - none */
  readonly dataSources?: Readonly<Record<string, DataSource<ProviderData>>>;
  /** By full name. @default - none */
  readonly ephemeralResources?: Readonly<Record<string, EphemeralResource<ProviderData>>>;
}

/** The functions to define a provider with. They check types, and return what they are given. */
export interface Definitions<ProviderData> {
  /** Defines a managed resource. */
  resource<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: Resource<ProviderData, A, B, ValuesOf<A, B>>,
  ): Resource<ProviderData>;
  /** Defines a data source. */
  dataSource<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: DataSource<ProviderData, A, B, ValuesOf<A, B>>,
  ): DataSource<ProviderData>;
  /** Defines an ephemeral resource. */
  ephemeralResource<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: EphemeralResource<ProviderData, A, B, ValuesOf<A, B>>,
  ): EphemeralResource<ProviderData>;
  /** Defines the provider. */
  provider<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: Provider<ProviderData, A, B, ValuesOf<A, B>>,
  ): Provider;
}

/** @returns the functions to define a provider with: `const { resource, provider } = definitions<Client>()` */
export function definitions<ProviderData>(): Definitions<ProviderData>;
export function definitions(): unknown {
  const same = (definition: unknown) => definition;
  return { resource: same, dataSource: same, ephemeralResource: same, provider: same };
}
