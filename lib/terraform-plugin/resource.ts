/**
 * What a provider is made of. Each kind of thing is an object of plain async functions, whose types follow from
 * the schema written beside them.
 */
import type { Place } from "./diagnostics";
import type { Logger } from "./log";
import type { Attributes, Blocks, NoBlocks, ObjectOf, ResultOf } from "./schema";
import type { Upgrades } from "./state-upgrade";
import type { TimeoutSeconds } from "./timeouts";
import type { ObjectValue, Path } from "./value";

type Awaitable<T> = T | Promise<T>;

/** Where a check tells what it finds. */
export interface CheckContext {
  /** Reports an error and goes on, so that several can be told at once. */
  error(summary: string, place?: Place): void;
  warn(summary: string, place?: Place): void;
}

/** What every function of a resource or data source is given. */
export interface Context<Client> extends CheckContext {
  /** What the provider's `configure` returned. */
  readonly client: Client;
  /** Aborts when the user stops Terraform, when Terraform is gone, and when the operation's time is over. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /**
   * Kept beside the state, where the user doesn't see it: what is set here is there at the next call. It is in
   * clear text in the state file, so it is no place for secrets.
   */
  readonly privateState: Map<string, string>;
}

/** What `modifyPlan` is given beside the plan. */
export interface PlanContext<Client, Draft, State> extends Context<Client> {
  readonly config: Draft;
  /** Null when the resource is to be created. */
  readonly prior: State | null;
  /** Makes this plan destroy and create. */
  requireReplace(at: Path): void;
}

/** What `create` is given beside the plan. */
export interface CreateContext<Client, Config, State> extends Context<Client> {
  /** The configuration as written, with the write-only values that a plan doesn't hold. */
  readonly config: Config;
  /**
   * Says what exists by now. If the function throws later, this is kept: a half-made resource is then known to
   * Terraform, which destroys it before it tries again.
   */
  saveState(state: Partial<State>): void;
}

/** What `update` is given beside the plan. */
export interface UpdateContext<Client, Config, State> extends CreateContext<Client, Config, State> {
  readonly prior: State;
}

/** The types of one schema's values, at each time that they are looked at. */
interface Shapes {
  readonly draft: object;
  readonly planned: object;
  readonly config: object;
  readonly state: object;
  readonly result: object;
}
interface ShapesOf<A extends Attributes, B extends Blocks> {
  readonly draft: ObjectOf<A, B, "draft">;
  readonly planned: ObjectOf<A, B, "planned">;
  readonly config: ObjectOf<A, B, "config">;
  readonly state: ObjectOf<A, B, "state">;
  readonly result: ResultOf<A, B>;
}
/** The types once the schema's have done their work: what the calls of the protocol handle. */
interface AnyShapes {
  readonly draft: ObjectValue;
  readonly planned: ObjectValue;
  readonly config: ObjectValue;
  readonly state: ObjectValue;
  readonly result: ObjectValue;
}

interface Described<A, B> {
  readonly description?: string;
  readonly attributes: A;
  readonly blocks?: B;
}
interface Validated<S extends Shapes> {
  /** Checks that need several attributes at once. Values may be unknown still. */
  validate?(config: S["draft"], context: CheckContext): Awaitable<void>;
}

interface ResourceFunctions<Client, S extends Shapes> extends Validated<S> {
  /** Counts up when stored state needs an upgrade. @default 0 */
  readonly version?: number;
  /** By the version that each starts from; each leads to the next. */
  readonly upgrades?: Upgrades;
  /** Gives the resource a `timeouts` block for these operations. @default no limit */
  readonly timeoutSeconds?: TimeoutSeconds;

  /** Refines the plan; what is returned replaces those attributes of it. */
  modifyPlan?(
    planned: S["draft"],
    context: PlanContext<Client, S["draft"], S["state"]>,
  ): Awaitable<Partial<S["draft"]> | undefined>;
  /** Looks at a planned destruction, which it may refuse with an error. */
  planDelete?(state: S["state"], context: Context<Client>): Awaitable<void>;
  create(
    planned: S["planned"],
    context: CreateContext<Client, S["config"], S["state"]>,
  ): Promise<S["result"]>;
  /** @returns null when the resource exists no more */
  read(state: S["state"], context: Context<Client>): Promise<S["state"] | null>;
  /** Without it, every change destroys and creates. */
  update?(
    planned: S["planned"],
    context: UpdateContext<Client, S["config"], S["state"]>,
  ): Promise<S["result"]>;
  delete(state: S["state"], context: Context<Client>): Promise<void>;
  /** Finds a resource by the id that the user gave to `terraform import`. Without it, there is no import. */
  import?(id: string, context: Context<Client>): Promise<S["state"]>;
}
interface DataSourceFunctions<Client, S extends Shapes> extends Validated<S> {
  read(config: S["planned"], context: Context<Client>): Promise<S["result"]>;
}
interface EphemeralResourceFunctions<Client, S extends Shapes> extends Validated<S> {
  open(config: S["planned"], context: Context<Client>): Promise<S["result"]>;
  /** Finds in `privateState` what `open` put there. */
  close?(context: Context<Client>): Promise<void>;
}
interface ProviderFunctions<Client, S extends Shapes> extends Validated<S> {
  /** What it returns is the `client` of every function. Values may be unknown while Terraform plans. */
  configure(config: S["draft"], context: ConfigureContext): Awaitable<Client>;
  /** By their full names, such as `caprover_app`. */
  readonly resources?: Readonly<Record<string, Resource<Client>>>;
  readonly dataSources?: Readonly<Record<string, DataSource<Client>>>;
  readonly ephemeralResources?: Readonly<Record<string, EphemeralResource<Client>>>;
}

/** What a provider's `configure` is given beside its configuration. */
export interface ConfigureContext extends CheckContext {
  readonly terraformVersion: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** A managed resource. Any function may throw; a `TerraformError` carries the place of the fault. */
export interface ResourceDefinition<Client, A extends Attributes, B extends Blocks>
  extends Described<A, B>,
    ResourceFunctions<Client, ShapesOf<A, B>> {}
/** Something that is only read. */
export interface DataSourceDefinition<Client, A extends Attributes, B extends Blocks>
  extends Described<A, B>,
    DataSourceFunctions<Client, ShapesOf<A, B>> {}
/** A value that lives for one run of Terraform and is never stored, such as a token. Terraform 1.10 or later. */
export interface EphemeralResourceDefinition<Client, A extends Attributes, B extends Blocks>
  extends Described<A, B>,
    EphemeralResourceFunctions<Client, ShapesOf<A, B>> {}
/** A provider: its own configuration, and what it offers. */
export interface ProviderDefinition<Client, A extends Attributes, B extends Blocks>
  extends Described<A, B>,
    ProviderFunctions<Client, ShapesOf<A, B>> {}

type AnyDescribed = Described<Attributes, Blocks>;
/** A managed resource whose schema's types have done their work. */
export interface Resource<Client> extends AnyDescribed, ResourceFunctions<Client, AnyShapes> {}
/** A data source whose schema's types have done their work. */
export interface DataSource<Client> extends AnyDescribed, DataSourceFunctions<Client, AnyShapes> {}
/** An ephemeral resource whose schema's types have done their work. */
export interface EphemeralResource<Client>
  extends AnyDescribed,
    EphemeralResourceFunctions<Client, AnyShapes> {}
/** A provider that is ready to be served. */
export interface Provider extends AnyDescribed, ProviderFunctions<unknown, AnyShapes> {}

/** What a provider whose `configure` returns a `Client` is made of. */
export interface Definitions<Client> {
  resource<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: ResourceDefinition<Client, A, B>,
  ): Resource<Client>;
  dataSource<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: DataSourceDefinition<Client, A, B>,
  ): DataSource<Client>;
  ephemeralResource<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: EphemeralResourceDefinition<Client, A, B>,
  ): EphemeralResource<Client>;
  provider<A extends Attributes, B extends Blocks = NoBlocks>(
    definition: ProviderDefinition<Client, A, B>,
  ): Provider;
}

/** The words to define a provider with: `const { resource, provider } = definitions<MyClient>()`. */
export function definitions<Client>(): Definitions<Client>;
export function definitions(): unknown {
  const same = (definition: unknown) => definition;
  return { resource: same, dataSource: same, ephemeralResource: same, provider: same };
}
