/** The calls that make up the life of a managed resource. */
import { checkConfig } from "./config-check";
import { wirePath } from "./diagnostics";
import { type Fields, fieldsOf, objectType } from "./fields";
import type { calls } from "./messages";
import { encodeValue } from "./msgpack";
import { Operation, type Session, validated } from "./operation";
import { follows, plan, replacements } from "./plan";
import type { From, Of } from "./protobuf";
import type { Resource } from "./resource";
import { checkResult } from "./result-check";
import type { ObjectSchema } from "./schema";
import { upgradeState } from "./state-upgrade";
import { timeoutMs, timeoutsBlock } from "./timeouts";
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
import { complete, decodeObject, merge } from "./wire-object";

type Calls = typeof calls;
type Request<K extends keyof Calls> = Of<Calls[K]["request"]>;
type Response<K extends keyof Calls> = Promise<From<Calls[K]["response"]>>;

/** Without an update only the timeouts can change in place: what the resource computed stays. */
const unchanged = (planned: ObjectValue, prior: ObjectValue): ObjectValue =>
  Object.fromEntries(Object.entries(prior).filter(([name]) => planned[name] === UNKNOWN));

/** One type of managed resource, with the calls that Terraform makes for it. */
export class ManagedResource {
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

  async validate(request: Request<"ValidateResourceConfig">): Response<"ValidateResourceConfig"> {
    const config = decodeObject(request.config, this.type) ?? {};
    const writeOnlyAllowed = request.client_capabilities?.write_only_attributes_allowed === true;
    return validated(this.session, this.fields, this, config, writeOnlyAllowed);
  }

  async upgrade(request: Request<"UpgradeResourceState">): Response<"UpgradeResourceState"> {
    const { diagnostics } = new Operation(this.session, this.fields, []);
    try {
      const { version = 0, stateUpgraders = {} } = this.definition;
      const json = Buffer.from(request.raw_state?.json ?? new Uint8Array()).toString("utf8");
      const state = upgradeState({ json, version: request.version }, this.type, version, stateUpgraders);
      return { upgraded_state: this.wire(isObject(state) ? complete(this.fields, state) : null) };
    } catch (error) {
      diagnostics.addThrown(error, `The stored state of ${this.name} can't be read`);
      return { diagnostics: diagnostics.entries };
    }
  }

  async read(request: Request<"ReadResource">): Response<"ReadResource"> {
    const current = decodeObject(request.current_state, this.type) ?? {};
    const operation = new Operation(this.session, this.fields, [current], request.private);
    const found = await operation.run(
      `Reading ${this.name}`,
      async (context) => {
        const state = await this.definition.read(current, context);
        return this.wire(state === null ? null : complete(this.fields, merge(current, state)));
      },
      this.limit("read", current),
    );
    return {
      new_state: found ?? request.current_state,
      private: operation.encodePrivateState(),
      diagnostics: operation.diagnostics.entries,
    };
  }

  async plan(request: Request<"PlanResourceChange">): Response<"PlanResourceChange"> {
    const prior = decodeObject(request.prior_state, this.type);
    const proposed = decodeObject(request.proposed_new_state, this.type);
    const config = decodeObject(request.config, this.type) ?? {};
    const operation = new Operation(
      this.session,
      this.fields,
      [prior, proposed, config],
      request.prior_private,
    );
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
    return { planned_state: this.wire(null) };
  }

  private async planChange(
    operation: Operation,
    config: ObjectValue,
    prior: ObjectValue | null,
    proposed: ObjectValue,
  ) {
    const { definition } = this;
    checkConfig(this.fields, config, operation.diagnostics);
    let planned = plan(this.fields, { config, prior, proposed });
    const asked: Path[] = [];
    if (definition.modifyPlan !== undefined && !operation.diagnostics.hasError()) {
      const refined = await operation.run(`Planning ${this.name}`, async (context) => {
        const requiresReplace = (path: Path) => void asked.push(path);
        const changes = await definition.modifyPlan?.(planned, {
          ...context,
          config,
          state: prior,
          requiresReplace,
        });
        const refinement = complete(this.fields, merge(planned, changes));
        this.wire(refinement);
        return refinement;
      });
      planned = refined ?? planned;
    }
    return {
      planned_state: this.wire(planned),
      requires_replace: prior === null ? [] : this.replacePaths(planned, prior, config, asked),
    };
  }

  private replacePaths(
    planned: ObjectValue,
    prior: ObjectValue,
    config: ObjectValue,
    asked: readonly Path[],
  ) {
    const forced = this.definition.update === undefined ? this.changes(planned, prior, config) : [];
    const paths = [...replacements(this.fields, planned, prior, config), ...asked, ...forced];
    return paths.map((path) => wirePath(this.fields, path));
  }

  /** What the user changed, other than how long it may take. */
  private changes(planned: ObjectValue, prior: ObjectValue, config: ObjectValue): Path[] {
    return [...this.fields].flatMap(([name, field]) => {
      const same =
        follows(name, planned, config) ||
        name === "timeouts" ||
        equal(field.type, planned[name], prior[name]);
      return same ? [] : [[name]];
    });
  }

  async apply(request: Request<"ApplyResourceChange">): Response<"ApplyResourceChange"> {
    const prior = decodeObject(request.prior_state, this.type);
    const planned = decodeObject(request.planned_state, this.type);
    const config = decodeObject(request.config, this.type) ?? {};
    const operation = new Operation(
      this.session,
      this.fields,
      [prior, planned, config],
      request.planned_private,
    );
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
    return this.wire(gone === true && !operation.diagnostics.hasError() ? null : prior);
  }

  /** Whatever fails, the answer holds what is known to exist: otherwise Terraform would lose track of it. */
  private async applyChange(
    operation: Operation,
    config: ObjectValue,
    prior: ObjectValue | null,
    planned: ObjectValue,
  ) {
    checkConfig(this.fields, config, operation.diagnostics);
    let known = prior;
    const saveState = (state: ObjectValue) => {
      const next = complete(this.fields, objectWithoutUnknown(merge(planned, state)));
      // A state that can't be stored is refused here, where what was known before is still at hand.
      this.wire(next);
      known = next;
    };
    const { definition } = this;
    const doing = prior === null ? "Creating" : "Updating";
    const done = operation.diagnostics.hasError()
      ? undefined
      : await operation.run(
          `${doing} ${this.name}`,
          async (context) => {
            const result =
              prior === null
                ? await definition.create(planned, { ...context, config, saveState })
                : await (definition.update?.(planned, { ...context, config, state: prior, saveState }) ??
                    unchanged(planned, prior));
            saveState({});
            const state = complete(this.fields, merge(planned, result));
            checkResult(this.fields, planned, state, operation.diagnostics);
            return this.wire(objectWithoutUnknown(state));
          },
          this.limit(prior === null ? "create" : "update", planned),
        );
    return done ?? this.wire(known);
  }

  async import(request: Request<"ImportResourceState">): Response<"ImportResourceState"> {
    const operation = new Operation(this.session, this.fields, []);
    const { definition } = this;
    if (definition.importState === undefined) {
      operation.diagnostics.addError(`${this.name} can't be imported`, {
        detail: "The resource has no import.",
      });
    }
    const state = await operation.run(`Importing ${this.name} "${request.id}"`, async (context) => {
      const found = await definition.importState?.(request.id, context);
      return found === undefined ? undefined : this.wire(complete(this.fields, found));
    });
    const imported = { type_name: this.name, state, private: operation.encodePrivateState() };
    return {
      imported_resources: state === undefined ? [] : [imported],
      diagnostics: operation.diagnostics.entries,
    };
  }

  private limit(operation: "create" | "read" | "update" | "delete", source: ObjectValue): number | undefined {
    return timeoutMs(operation, this.definition.timeoutSeconds ?? {}, source);
  }

  private wire(value: Value): { readonly msgpack: Uint8Array } {
    return { msgpack: value === null ? this.nothing : encodeValue(value, this.type) };
  }
}
