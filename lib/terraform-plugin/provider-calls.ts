/** A provider as Terraform calls it: the service `tfplugin6.Provider`. */
import { validateConfig } from "./config-check";
import { CollectedDiagnostics, TerraformError } from "./diagnostics";
import { fieldsOf, objectType } from "./fields";
import { GrpcError, type Handler, type Handlers, STATUS, unary } from "./grpc";
import type { Logger } from "./log";
import { DataSourceCalls, EphemeralResourceCalls } from "./lookup";
import { type CallName, type CallRequest, type CallResponse, callNames, codecs } from "./messages";
import { Operation } from "./operation";
import type { Provider } from "./resource";
import { ResourceCalls } from "./resource-calls";
import type { ObjectSchema } from "./schema";
import { secretsIn } from "./secrets";
import { Session } from "./session";
import type { ObjectValue } from "./value";
import { decodeObject, type WireValue } from "./wire-object";
import { wireSchema } from "./wire-schema";

/** What answers each call of the protocol. */
type Answers = { readonly [K in CallName]: (request: CallRequest<K>) => Promise<CallResponse<K>> };

/** One provider with one configuration. Its calls may run at the same time. */
export class ProviderCalls {
  private readonly schema;
  private readonly fields;
  private readonly session: Session;
  private readonly resources: ReadonlyMap<string, ResourceCalls>;
  private readonly dataSources: ReadonlyMap<string, DataSourceCalls>;
  private readonly ephemeralResources: ReadonlyMap<string, EphemeralResourceCalls>;
  private runningCalls = 0;

  constructor(
    private readonly provider: Provider,
    log: Logger,
  ) {
    this.schema = { attributes: provider.attributes, blocks: provider.blocks ?? {} };
    this.fields = fieldsOf(this.schema);
    const session = new Session(log);
    const { resources, dataSources, ephemeralResources } = provider;
    this.session = session;
    this.resources = byName(resources, (name, one) => new ResourceCalls(name, one, session));
    this.dataSources = byName(dataSources, (name, one) => new DataSourceCalls(name, one, session));
    this.ephemeralResources = byName(
      ephemeralResources,
      (name, one) => new EphemeralResourceCalls(name, one, session),
    );
  }

  /** For what belongs to no call. It prints no secret that any call has seen. */
  get log(): Logger {
    return this.session.log;
  }

  /** How many calls are being answered. */
  get running(): number {
    return this.runningCalls;
  }

  /** Aborts what runs. */
  stop(reason: string): void {
    this.session.stop(reason);
  }

  handlers(): Handlers {
    const answers = this.answers();
    return new Map(callNames.map((name) => [`/tfplugin6.Provider/${name}`, this.handler(name, answers)]));
  }

  private answers(): Answers {
    const { resources, dataSources, ephemeralResources } = this;
    return {
      GetProviderSchema: async () => this.describe(),
      ValidateProviderConfig: async (request) => this.validate(request),
      ConfigureProvider: async (request) => this.configure(request),
      StopProvider: async () => {
        this.stop("Terraform was asked to stop");
        return {};
      },
      ValidateResourceConfig: async (request) => find(resources, request).validate(request),
      UpgradeResourceState: async (request) => find(resources, request).upgrade(request),
      ReadResource: async (request) => find(resources, request).read(request),
      PlanResourceChange: async (request) => find(resources, request).plan(request),
      ApplyResourceChange: async (request) => find(resources, request).apply(request),
      ImportResourceState: async (request) => find(resources, request).import(request),
      ValidateDataResourceConfig: async (request) => find(dataSources, request).validate(request),
      ReadDataSource: async (request) => find(dataSources, request).read(request),
      ValidateEphemeralResourceConfig: async (request) => find(ephemeralResources, request).validate(request),
      OpenEphemeralResource: async (request) => find(ephemeralResources, request).open(request),
      CloseEphemeralResource: async (request) => find(ephemeralResources, request).close(request),
    };
  }

  private handler<K extends CallName>(name: K, answers: Answers): Handler {
    const { request, response } = codecs[name];
    const handler = unary(request, response, async (message: CallRequest<K>) => {
      try {
        return await answers[name](message);
      } catch (error) {
        // A diagnostic: Terraform would print an error of the transport like a crash of the provider.
        const diagnostics = new CollectedDiagnostics(new Map(), (text) => this.session.redact(text));
        diagnostics.addThrown(error, "The provider can't work with what Terraform sent");
        return { diagnostics: diagnostics.entries };
      }
    });
    return this.counted(handler);
  }

  private counted(handler: Handler): Handler {
    return async (request) => {
      this.runningCalls++;
      try {
        return await handler(request);
      } catch (error) {
        const reason = this.session.redact(error instanceof Error ? error.message : String(error));
        this.log.error("call failed", { error: reason });
        throw new GrpcError(STATUS.internal, reason);
      } finally {
        this.runningCalls--;
      }
    };
  }

  private describe(): CallResponse<"GetProviderSchema"> {
    return {
      provider: wireSchema(this.schema, this.provider),
      resource_schemas: schemasOf(this.resources),
      data_source_schemas: schemasOf(this.dataSources),
      ephemeral_resource_schemas: schemasOf(this.ephemeralResources),
      server_capabilities: { plan_destroy: true, get_provider_schema_optional: true },
    };
  }

  private async validate(request: { readonly config: WireValue }) {
    const subject = { name: "the provider's configuration", definition: this.provider };
    return validateConfig(this.session, this.fields, subject, this.decodeConfig(request));
  }

  private async configure(
    request: CallRequest<"ConfigureProvider">,
  ): Promise<CallResponse<"ConfigureProvider">> {
    const config = this.decodeConfig(request);
    this.session.restart(secretsIn(this.fields, config));
    const { diagnostics, log } = new Operation(this.session, this.fields, [config]);
    try {
      const context = {
        terraformVersion: request.terraform_version,
        signal: this.session.signal,
        log,
        diagnostics,
      };
      this.session.configure(await this.provider.configure(config, context));
    } catch (error) {
      diagnostics.addThrown(error, "Configuring the provider failed");
    }
    return { diagnostics: diagnostics.entries };
  }

  /** With the defaults: Terraform does not plan a provider's configuration. */
  private decodeConfig({ config }: { readonly config: WireValue }): ObjectValue {
    const decoded = decodeObject(config, objectType(this.fields)) ?? {};
    const entries = Object.entries(this.provider.attributes).flatMap(([name, { default: value }]) =>
      value !== undefined && decoded[name] === null ? [[name, value] as const] : [],
    );
    return { ...decoded, ...Object.fromEntries(entries) };
  }
}

function byName<T, R>(
  definitions: Readonly<Record<string, T>> | undefined,
  make: (name: string, definition: T) => R,
): ReadonlyMap<string, R> {
  return new Map(Object.entries(definitions ?? {}).map(([name, one]) => [name, make(name, one)]));
}

function find<T>(all: ReadonlyMap<string, T>, { type_name: name }: { readonly type_name: string }): T {
  const one = all.get(name);
  if (one === undefined) throw new TerraformError(`The provider has no ${name}`);
  return one;
}

interface Described {
  readonly schema: ObjectSchema;
  readonly definition: { readonly version?: number; readonly description?: string };
}

function schemasOf(all: ReadonlyMap<string, Described>) {
  return new Map([...all].map(([name, { schema, definition }]) => [name, wireSchema(schema, definition)]));
}
