/** The calls of data sources and ephemeral resources: a configuration in, values out. */
import { type Fields, fieldsOf, objectType } from "./fields";
import { encodeValue } from "./msgpack";
import { Operation, type Session, type Validated, validated } from "./operation";
import { plan } from "./plan";
import type { Context } from "./resource";
import { checkResult } from "./result-check";
import type { Attributes, Blocks, ObjectSchema } from "./schema";
import type { ObjectValue, Type } from "./value";
import { complete, decodeObject, merge, type WireValue } from "./wire-object";

/** A process that Terraform leaves behind goes on for as long. */
const CLOSE_LIMIT_MS = 10_000;

interface LookupDefinition extends Validated {
  readonly attributes: Attributes;
  readonly blocks?: Blocks;
}

/** A data source or an ephemeral resource. */
export class Lookup<D extends LookupDefinition> {
  readonly schema: ObjectSchema;
  private readonly fields: Fields;
  private readonly type: Type;

  constructor(
    readonly name: string,
    readonly definition: D,
    private readonly session: Session,
  ) {
    this.schema = { attributes: definition.attributes, blocks: definition.blocks ?? {} };
    this.fields = fieldsOf(this.schema);
    this.type = objectType(this.fields);
  }

  async validate(request: { readonly config: WireValue }) {
    const config = decodeObject(request.config, this.type) ?? {};
    return validated(this.session, this.fields, this, config);
  }

  /** @param find the definition's function that looks the values up */
  async find(
    request: { readonly config: WireValue },
    find: (planned: ObjectValue, context: Context<unknown>) => Promise<ObjectValue>,
  ) {
    const config = decodeObject(request.config, this.type) ?? {};
    const operation = new Operation(this.session, this.fields, [config]);
    const value = await operation.run(`Reading ${this.name}`, async (context) => {
      const planned = plan(this.fields, { config, prior: null, proposed: config });
      const found = complete(this.fields, merge(planned, await find(planned, context)));
      checkResult(this.fields, planned, found, operation.diagnostics);
      return operation.diagnostics.hasError() ? undefined : { msgpack: encodeValue(found, this.type) };
    });
    return { value, private: operation.encodePrivateState(), diagnostics: operation.diagnostics.entries };
  }

  /** @param close the definition's function that gives back what `find` took */
  async close(
    request: { readonly private: Uint8Array },
    close: (context: Context<unknown>) => Promise<void>,
  ) {
    // What was opened is to be given back after a stop too, whose signal is aborted: time alone ends this.
    const session = { ...this.session, signal: new AbortController().signal };
    const operation = new Operation(session, this.fields, [], request.private);
    await operation.run(`Closing ${this.name}`, close, CLOSE_LIMIT_MS);
    return { diagnostics: operation.diagnostics.entries };
  }
}
