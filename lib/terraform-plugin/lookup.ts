/** Data sources and ephemeral resources: a configuration in, values out. */
import { validateConfig } from "./config-check";
import { type Fields, fieldsOf, objectType } from "./fields";
import type { CallRequest, CallResponse } from "./messages";
import { encodeValue } from "./msgpack";
import { Operation } from "./operation";
import { plan } from "./plan";
import type { Context, DataSource, EphemeralResource } from "./resource";
import { checkResult, type ResultOptions } from "./result-check";
import type { ObjectSchema } from "./schema";
import type { Session } from "./session";
import type { ObjectValue, Type } from "./value";
import { complete, decodeObject, merge, type WireValue } from "./wire-object";

interface ConfigRequest {
  readonly config: WireValue;
}

/** What the calls of data sources and those of ephemeral resources have in common. */
abstract class Lookup<D extends DataSource<unknown> | EphemeralResource<unknown>> {
  readonly schema: ObjectSchema;
  protected readonly fields: Fields;
  private readonly type: Type;

  constructor(
    readonly name: string,
    readonly definition: D,
    protected readonly session: Session,
  ) {
    this.schema = { attributes: definition.attributes, blocks: definition.blocks ?? {} };
    this.fields = fieldsOf(this.schema);
    this.type = objectType(this.fields);
  }

  async validate({ config }: ConfigRequest) {
    return validateConfig(this.session, this.fields, this, decodeObject(config, this.type) ?? {});
  }

  /** @param find the function that looks the values up */
  protected async find(
    doing: string,
    request: ConfigRequest,
    find: (planned: ObjectValue, context: Context<unknown>) => Promise<ObjectValue>,
    options: ResultOptions = {},
  ) {
    const config = decodeObject(request.config, this.type) ?? {};
    const operation = new Operation(this.session, this.fields, [config]);
    const { diagnostics } = operation;
    const value = await operation.run(`${doing} ${this.name}`, async (context) => {
      const planned = plan(this.fields, { config, prior: null, proposed: config });
      const found = complete(this.fields, merge(planned, await find(planned, context)));
      checkResult(this.fields, planned, found, diagnostics, options);
      return diagnostics.hasError() ? undefined : { msgpack: encodeValue(found, this.type) };
    });
    return { value, private: operation.encodePrivateState(), diagnostics: diagnostics.entries };
  }
}

/** One type of data source, with the calls that Terraform makes for it. */
export class DataSourceCalls extends Lookup<DataSource<unknown>> {
  async read(request: CallRequest<"ReadDataSource">): Promise<CallResponse<"ReadDataSource">> {
    const { value, diagnostics } = await this.find("Reading", request, (config, context) =>
      this.definition.read(config, context),
    );
    return { state: value, diagnostics };
  }
}

/** The process of a Terraform that was killed lives as long, so that it closes what it opened. */
const CLOSE_TIMEOUT_MS = 10_000;

/** One type of ephemeral resource, with the calls that Terraform makes for it. */
export class EphemeralResourceCalls extends Lookup<EphemeralResource<unknown>> {
  async open(request: CallRequest<"OpenEphemeralResource">): Promise<CallResponse<"OpenEphemeralResource">> {
    const open = (config: ObjectValue, context: Context<unknown>) => this.definition.open(config, context);
    const { value, ...rest } = await this.find("Opening", request, open, { mayBeUnknown: true });
    return { result: value, ...rest };
  }

  async close(
    request: CallRequest<"CloseEphemeralResource">,
  ): Promise<CallResponse<"CloseEphemeralResource">> {
    const operation = new Operation(this.session, this.fields, [], request.private);
    // What was opened is closed after a stop too: only the timeout ends this.
    const stop = new AbortController().signal;
    const close = async (context: Context<unknown>) => this.definition.close?.(context);
    await operation.run(`Closing ${this.name}`, close, { timeoutMs: CLOSE_TIMEOUT_MS, stop });
    return { diagnostics: operation.diagnostics.entries };
  }
}
