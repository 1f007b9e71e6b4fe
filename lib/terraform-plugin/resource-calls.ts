/** The calls that make up the life of a managed resource. */
import { checkConfig, validateConfig } from "./config-check";
import { wirePath } from "./diagnostics";
import { type Fields, fieldsOf, objectType } from "./fields";
import type { CallRequest, CallResponse } from "./messages";
import { encodeValue } from "./msgpack";
import { Operation } from "./operation";
import { isLeftOpen, plan, replacements } from "./plan";
import type { Resource } from "./resource";
import { checkResult } from "./result-check";
import type { ObjectSchema } from "./schema";
import type { Session } from "./session";
import { upgradeState } from "./state-upgrade";
import { type TimeoutOperation, timeoutMs, timeoutsBlock } from "./timeouts";
import {
  equal,
  isObject,
  type ObjectValue,
  objectWithoutUnknown,
  type Path,
  type Type,
  UNKNOWN,
  type Value,
} from "./value";
import { complete, decodeObject, merge, type WireValue } from "./wire-object";

/** One type of managed resource, with the calls that Terraform makes for it. */
export class ResourceCalls {
  readonly schema: ObjectSchema;
  private readonly fields: Fields;
  private readonly type: Type;
  private readonly nothing: Uint8Array;

  constructor(
    readonly name: string,
    readonly definition: Resource<unknown>,
    private readonly session: Session,
  ) {
    const { attributes, blocks = {}, timeoutSeconds } = definition;
    const timeouts = timeoutSeconds === undefined ? {} : { timeouts: timeoutsBlock(timeoutSeconds) };
    this.schema = { attributes, blocks: { ...blocks, ...timeouts } };
    this.fields = fieldsOf(this.schema);
    this.type = objectType(this.fields);
    this.nothing = encodeValue(null, this.type);
  }

  async validate(
    request: CallRequest<"ValidateResourceConfig">,
  ): Promise<CallResponse<"ValidateResourceConfig">> {
    const config = this.decode(request.config) ?? {};
    const writeOnlyAllowed = request.client_capabilities?.write_only_attributes_allowed === true;
    return validateConfig(this.session, this.fields, this, config, { writeOnlyAllowed });
  }

  async upgrade(request: CallRequest<"UpgradeResourceState">): Promise<CallResponse<"UpgradeResourceState">> {
    const { diagnostics } = new Operation(this.session, this.fields, []);
    try {
      const { version = 0, stateUpgraders = {} } = this.definition;
      const json = Buffer.from(request.raw_state?.json ?? new Uint8Array()).toString("utf8");
      const state = upgradeState({ json, version: request.version }, this.type, version, stateUpgraders);
      return { upgraded_state: this.encode(isObject(state) ? complete(this.fields, state) : null) };
    } catch (error) {
      diagnostics.addThrown(error, `The stored state of ${this.name} can't be read`);
      return { diagnostics: diagnostics.entries };
    }
  }

  async read(request: CallRequest<"ReadResource">): Promise<CallResponse<"ReadResource">> {
    const current = this.decode(request.current_state) ?? {};
    const operation = new Operation(this.session, this.fields, [current], request.private);
    const found = await operation.run(
      `Reading ${this.name}`,
      async (context) => {
        const state = await this.definition.read(current, context);
        return this.encode(state === null ? null : complete(this.fields, merge(current, state)));
      },
      this.limit("read", current),
    );
    return {
      new_state: found ?? request.current_state,
      private: operation.encodePrivateState(),
      diagnostics: operation.diagnostics.entries,
    };
  }

  async plan(request: CallRequest<"PlanResourceChange">): Promise<CallResponse<"PlanResourceChange">> {
    const prior = this.decode(request.prior_state);
    const proposed = this.decode(request.proposed_new_state);
    const config = this.decode(request.config) ?? {};
    const objects = [prior, proposed, config];
    const operation = new Operation(this.session, this.fields, objects, request.prior_private);
    const answer =
      proposed === null
        ? await this.planDestroy(operation, prior)
        : await this.planChange(operation, config, prior, proposed);
    return {
      ...answer,
      planned_private: operation.encodePrivateState(),
      diagnostics: operation.diagnostics.entries,
    };
  }

  private async planDestroy(operation: Operation, prior: ObjectValue | null) {
    const { definition } = this;
    if (prior !== null && definition.planDestroy !== undefined) {
      await operation.run(`Planning to destroy ${this.name}`, async (context) =>
        definition.planDestroy?.(prior, context),
      );
    }
    return { planned_state: this.encode(null) };
  }

  private async planChange(
    operation: Operation,
    config: ObjectValue,
    prior: ObjectValue | null,
    proposed: ObjectValue,
  ) {
    const { definition, fields } = this;
    // Terraform has validated what the configuration says. What it ignores comes from the state, and is not checked.
    let planned = plan(fields, { config, prior, proposed });
    const asked: Path[] = [];
    if (definition.modifyPlan !== undefined && !operation.diagnostics.hasError()) {
      const modified = await operation.run(`Planning ${this.name}`, async (context) => {
        const requiresReplace = (path: Path) => void asked.push(path);
        const planContext = { ...context, config, state: prior, requiresReplace };
        const changes = await definition.modifyPlan?.(planned, planContext);
        const result = complete(fields, merge(planned, changes));
        // A plan that does not fit the schema is an error of this function.
        this.encode(result);
        return result;
      });
      planned = modified ?? planned;
    }
    const replacing = prior === null ? [] : [...this.replacements(planned, prior, config), ...asked];
    return {
      planned_state: this.encode(planned),
      requires_replace: replacing.map((path) => wirePath(fields, path)),
    };
  }

  private replacements(planned: ObjectValue, prior: ObjectValue, config: ObjectValue): Path[] {
    const bySchema = replacements(this.fields, planned, prior, config);
    return this.definition.update === undefined
      ? [...bySchema, ...this.changes(planned, prior, config)]
      : bySchema;
  }

  /** What the user changed, except timeouts. */
  private changes(planned: ObjectValue, prior: ObjectValue, config: ObjectValue): Path[] {
    return [...this.fields].flatMap(([name, field]) => {
      const same =
        isLeftOpen(name, planned, config) ||
        name === "timeouts" ||
        equal(field.type, planned[name], prior[name]);
      return same ? [] : [[name]];
    });
  }

  async apply(request: CallRequest<"ApplyResourceChange">): Promise<CallResponse<"ApplyResourceChange">> {
    const prior = this.decode(request.prior_state);
    const planned = this.decode(request.planned_state);
    const config = this.decode(request.config) ?? {};
    const objects = [prior, planned, config];
    const operation = new Operation(this.session, this.fields, objects, request.planned_private);
    const newState =
      planned === null
        ? await this.applyDelete(operation, prior ?? {})
        : await this.applyChange(operation, config, prior, planned);
    return {
      new_state: newState,
      private: operation.encodePrivateState(),
      diagnostics: operation.diagnostics.entries,
    };
  }

  private async applyDelete(operation: Operation, prior: ObjectValue) {
    const gone = await operation.run(
      `Destroying ${this.name}`,
      async (context) => {
        await this.definition.delete(prior, context);
        return true;
      },
      this.limit("delete", prior),
    );
    return this.encode(gone === true && !operation.diagnostics.hasError() ? null : prior);
  }

  /** Whatever fails, the answer holds what is known to exist: otherwise Terraform would lose track of it. */
  private async applyChange(
    operation: Operation,
    config: ObjectValue,
    prior: ObjectValue | null,
    planned: ObjectValue,
  ) {
    const { definition, fields } = this;
    checkConfig(fields, config, operation.diagnostics);
    if (operation.diagnostics.hasError()) return this.encode(prior);
    let known = prior;
    const saveState = (state: ObjectValue) => {
      const next = complete(fields, objectWithoutUnknown(merge(planned, state)));
      // A state that does not fit the schema throws here, before it replaces the last good one.
      this.encode(next);
      known = next;
    };
    const done = await operation.run(
      `${prior === null ? "Creating" : "Updating"} ${this.name}`,
      async (context) => {
        const result =
          prior === null
            ? await definition.create(planned, { ...context, config, saveState })
            : await (definition.update?.(planned, { ...context, config, state: prior, saveState }) ??
                stateForUnknown(planned, prior));
        saveState({});
        const state = complete(fields, merge(planned, result));
        checkResult(fields, planned, state, operation.diagnostics);
        return this.encode(objectWithoutUnknown(state));
      },
      this.limit(prior === null ? "create" : "update", planned),
    );
    return done ?? this.encode(known);
  }

  async import(request: CallRequest<"ImportResourceState">): Promise<CallResponse<"ImportResourceState">> {
    const operation = new Operation(this.session, this.fields, []);
    const { definition } = this;
    if (definition.importState === undefined) {
      operation.diagnostics.addError(`${this.name} can't be imported`, {
        detail: "This type of resource does not support import.",
      });
    }
    const state = await operation.run(`Importing ${this.name} "${request.id}"`, async (context) => {
      const found = await definition.importState?.(request.id, context);
      return found === undefined ? undefined : this.encode(complete(this.fields, found));
    });
    const imported = { type_name: this.name, state, private: operation.encodePrivateState() };
    return {
      imported_resources: state === undefined ? [] : [imported],
      diagnostics: operation.diagnostics.entries,
    };
  }

  /** @param source the object whose `timeouts` block counts: the plan, or the state when there is no plan */
  private limit(
    operation: TimeoutOperation,
    source: ObjectValue,
  ): { readonly timeoutMs: number | undefined } {
    return { timeoutMs: timeoutMs(operation, this.definition.timeoutSeconds ?? {}, source) };
  }

  private decode(wire: WireValue): ObjectValue | null {
    return decodeObject(wire, this.type);
  }

  private encode(value: Value): { readonly msgpack: Uint8Array } {
    return { msgpack: value === null ? this.nothing : encodeValue(value, this.type) };
  }
}

/** Without an update function only timeouts change in place: what the resource computed stays as it is. */
const stateForUnknown = (planned: ObjectValue, prior: ObjectValue): ObjectValue =>
  Object.fromEntries(Object.entries(prior).filter(([name]) => planned[name] === UNKNOWN));
