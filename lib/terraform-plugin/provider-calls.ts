/** A provider as Terraform calls it: the service `tfplugin6.Provider`. */
import { CollectedDiagnostics, TerraformError } from "./diagnostics";
import { fieldsOf, objectType } from "./fields";
import { GrpcError, type Handler, type Handlers, STATUS, unary } from "./grpc";
import { filteredLogger, type Logger } from "./log";
import { Lookup } from "./lookup";
import { ManagedResource } from "./managed-resource";
import { calls } from "./messages";
import { Operation, type Session, validated } from "./operation";
import type { From, Message, Of } from "./protobuf";
import type { DataSource, EphemeralResource, Provider } from "./resource";
import { redactor, secretsIn } from "./secrets";
import type { ObjectValue } from "./value";
import { decodeObject, type WireValue } from "./wire-object";
import { wireSchema } from "./wire-schema";

/** One provider with one configuration. Its calls may run side by side. */
export class ProviderCalls {
  private readonly schema;
  private readonly fields;
  private readonly resources: ReadonlyMap<string, ManagedResource>;
  private readonly dataSources: ReadonlyMap<string, Lookup<DataSource<unknown>>>;
  private readonly ephemeralResources: ReadonlyMap<string, Lookup<EphemeralResource<unknown>>>;
  private configured: { readonly providerData: unknown } | undefined;
  private secrets: readonly string[] = [];
  private stopping = new AbortController();
  private runningCalls = 0;
  private readonly handledSecrets = new Set<string>();
  private readonly redact = (text: string): string => redactor([...this.handledSecrets])(text);
  /** For what belongs to no call: it prints no secret that any call has handled. */
  readonly log: Logger;

  constructor(
    private readonly provider: Provider,
    private readonly unfilteredLog: Logger,
  ) {
    this.log = filteredLogger(unfilteredLog, this.redact);
    this.schema = { attributes: provider.attributes, blocks: provider.blocks ?? {} };
    this.fields = fieldsOf(this.schema);
    const session = this.session();
    this.resources = mapValues(provider.resources, (name, one) => new ManagedResource(name, one, session));
    this.dataSources = mapValues(provider.dataSources, (name, one) => new Lookup(name, one, session));
    this.ephemeralResources = mapValues(
      provider.ephemeralResources,
      (name, one) => new Lookup(name, one, session),
    );
  }

  /** How many calls are being answered. */
  get running(): number {
    return this.runningCalls;
  }

  /** Aborts what runs. */
  stop(reason: string): void {
    this.stopping.abort(new TerraformError(reason));
  }

  handlers(): Handlers {
    const resource = (request: { readonly type_name: string }) => known(this.resources, request.type_name);
    const dataSource = (request: { readonly type_name: string }) =>
      known(this.dataSources, request.type_name);
    const ephemeral = (request: { readonly type_name: string }) =>
      known(this.ephemeralResources, request.type_name);
    const handlers = [
      this.on("GetProviderSchema", calls.GetProviderSchema, async () => this.describe()),
      this.on("ValidateProviderConfig", calls.ValidateProviderConfig, (request) => this.validate(request)),
      this.on("ConfigureProvider", calls.ConfigureProvider, (request) => this.configure(request)),
      this.on("StopProvider", calls.StopProvider, async () => {
        this.stop("Terraform was asked to stop");
        return {};
      }),
      this.on("ValidateResourceConfig", calls.ValidateResourceConfig, async (request) =>
        resource(request).validate(request),
      ),
      this.on("UpgradeResourceState", calls.UpgradeResourceState, async (request) =>
        resource(request).upgrade(request),
      ),
      this.on("ReadResource", calls.ReadResource, async (request) => resource(request).read(request)),
      this.on("PlanResourceChange", calls.PlanResourceChange, async (request) =>
        resource(request).plan(request),
      ),
      this.on("ApplyResourceChange", calls.ApplyResourceChange, async (request) =>
        resource(request).apply(request),
      ),
      this.on("ImportResourceState", calls.ImportResourceState, async (request) =>
        resource(request).import(request),
      ),
      this.on("ValidateDataResourceConfig", calls.ValidateDataResourceConfig, async (request) =>
        dataSource(request).validate(request),
      ),
      this.on("ReadDataSource", calls.ReadDataSource, async (request) => {
        const source = dataSource(request);
        const { value, diagnostics } = await source.find(request, (config, context) =>
          source.definition.read(config, context),
        );
        return { state: value, diagnostics };
      }),
      this.on("ValidateEphemeralResourceConfig", calls.ValidateEphemeralResourceConfig, async (request) =>
        ephemeral(request).validate(request),
      ),
      this.on("OpenEphemeralResource", calls.OpenEphemeralResource, async (request) => {
        const one = ephemeral(request);
        const { value, ...rest } = await one.find(request, (config, context) =>
          one.definition.open(config, context),
        );
        return { result: value, ...rest };
      }),
      this.on("CloseEphemeralResource", calls.CloseEphemeralResource, async (request) => {
        const one = ephemeral(request);
        return one.close(request, async (context) => one.definition.close?.(context));
      }),
    ];
    return new Map(handlers.map(([path, handler]) => [path, this.counted(handler)]));
  }

  /** Whatever goes wrong is told as a diagnostic: an error of the transport would read like a crash. */
  private on<Request, Response>(
    name: keyof typeof calls,
    call: {
      readonly request: Pick<Message<Request, never>, "decode">;
      readonly response: Pick<Message<unknown, Response | Diagnosed>, "encode">;
    },
    answer: (request: Request) => Promise<Response>,
  ): readonly [string, Handler] {
    const handler = unary(call.request, call.response, async (request): Promise<Response | Diagnosed> => {
      try {
        return await answer(request);
      } catch (error) {
        const diagnostics = new CollectedDiagnostics(new Map(), this.redact);
        diagnostics.addThrown(error, "The provider can't work with what Terraform sent");
        return { diagnostics: diagnostics.entries };
      }
    });
    return [`/tfplugin6.Provider/${name}`, handler];
  }

  private counted(handler: Handler): Handler {
    return async (request) => {
      this.runningCalls++;
      try {
        return await handler(request);
      } catch (error) {
        const reason = this.redact(error instanceof Error ? error.message : String(error));
        this.log.error("call failed", { error: reason });
        throw new GrpcError(STATUS.internal, reason);
      } finally {
        this.runningCalls--;
      }
    };
  }

  private session(): Session {
    const self = this;
    return {
      providerData() {
        if (self.configured === undefined) throw new TerraformError("The provider is not configured");
        return self.configured.providerData;
      },
      get signal() {
        return self.stopping.signal;
      },
      get secrets() {
        return self.secrets;
      },
      handles(secrets) {
        for (const secret of secrets) self.handledSecrets.add(secret);
      },
      log: this.unfilteredLog,
    };
  }

  private describe(): From<typeof calls.GetProviderSchema.response> {
    return {
      provider: wireSchema(this.schema, 0, this.provider.description),
      resource_schemas: mapMap(this.resources, ({ schema, definition }) =>
        wireSchema(schema, definition.version, definition.description),
      ),
      data_source_schemas: mapMap(this.dataSources, ({ schema, definition }) =>
        wireSchema(schema, 0, definition.description),
      ),
      ephemeral_resource_schemas: mapMap(this.ephemeralResources, ({ schema, definition }) =>
        wireSchema(schema, 0, definition.description),
      ),
      server_capabilities: { plan_destroy: true, get_provider_schema_optional: true },
    };
  }

  private async validate(request: { readonly config: WireValue }) {
    const config = this.decodeConfig(request);
    const definition = { name: "the provider's configuration", definition: this.provider };
    return validated(this.session(), this.fields, definition, config);
  }

  private async configure(request: Of<typeof calls.ConfigureProvider.request>) {
    const config = this.decodeConfig(request);
    // A process that outlives one run of Terraform, as in tests, starts afresh after a stop.
    this.stopping = new AbortController();
    this.secrets = secretsIn(this.fields, config);
    this.configured = undefined;
    const { diagnostics, log } = new Operation(this.session(), this.fields, [config]);
    try {
      const providerData = await this.provider.configure(config, {
        terraformVersion: request.terraform_version,
        signal: this.stopping.signal,
        log,
        diagnostics,
      });
      this.configured = { providerData };
    } catch (error) {
      diagnostics.addThrown(error, "Configuring the provider failed");
    }
    return { diagnostics: diagnostics.entries };
  }

  /** Defaults are in place: a provider's configuration is not planned. */
  private decodeConfig({ config }: { readonly config: WireValue }): ObjectValue {
    const decoded = decodeObject(config, objectType(this.fields)) ?? {};
    const entries = Object.entries(this.provider.attributes).flatMap(([name, { default: value }]) =>
      value !== undefined && decoded[name] === null ? [[name, value] as const] : [],
    );
    return { ...decoded, ...Object.fromEntries(entries) };
  }
}

interface Diagnosed {
  readonly diagnostics: CollectedDiagnostics["entries"];
}

function known<T>(all: ReadonlyMap<string, T>, name: string): T {
  const one = all.get(name);
  if (one === undefined) throw new TerraformError(`The provider has no ${name}`);
  return one;
}

function mapValues<T, R>(
  values: Readonly<Record<string, T>> | undefined,
  make: (name: string, value: T) => R,
): ReadonlyMap<string, R> {
  return new Map(Object.entries(values ?? {}).map(([name, value]) => [name, make(name, value)]));
}

function mapMap<T, R>(values: ReadonlyMap<string, T>, make: (value: T) => R): ReadonlyMap<string, R> {
  return new Map([...values].map(([name, value]) => [name, make(value)]));
}
