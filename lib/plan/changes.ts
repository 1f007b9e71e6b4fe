/** Changes in the JSON of a plan, as `terraform show -json` prints it. */
import { type Document, record, records, strings, textOf } from "../support/json-document";

export interface Change {
  readonly address: string;
  readonly type: string;
  /** It is what an earlier replacement left over. */
  readonly deposed: boolean;
  /** Terraform's actions in their order, such as `delete`, `create` for a replacement. */
  readonly actions: readonly string[];
  /** The attributes as they are; undefined if there is no such object. */
  readonly before: Document | undefined;
  /** The attributes as planned; undefined if there is to be no such object. What only the apply knows is absent. */
  readonly after: Document | undefined;
  /** `true` at the places of what only the apply knows. */
  readonly unknown: Document;
  /** `true` at the places of what must not be shown. */
  readonly sensitive: readonly Document[];
  /** Attributes of which a change was planned, by name. An attribute that only the provider sets does not count. */
  readonly attributes: readonly string[];
  /** Those of them that make Terraform replace the object. */
  readonly replacedBy: readonly string[];
  /** The address at which Terraform knew the object until now, if it was another one. */
  readonly previousAddress: string | undefined;
  /** Terraform takes over what exists already. */
  readonly imported: boolean;
  /** The object is in the state, and was found to be gone. */
  readonly vanished: boolean;
}

/** @returns what is wrong with the document, in place of the changes of a complete plan */
export function changesIn(plan: Document): readonly Change[] | string {
  if (typeof plan["format_version"] !== "string" || plan["planned_values"] === undefined)
    return "this is not a plan: give the output of `terraform show -json <plan file>`";
  if (plan["errored"] === true) return "the plan ended with an error and is not complete";
  const vanished = new Map(
    records(plan["resource_drift"])
      .filter(({ change }) => strings(record(change)["actions"]).includes("delete"))
      .map((drift) => [drift["address"], record(drift["change"])["before"]]),
  );
  const configured = configuredAttributes(plan);
  return records(plan["resource_changes"])
    .filter(({ mode }) => mode !== "data")
    .map(({ address, type, deposed, previous_address, change: given }): Change => {
      const change = record(given);
      const before = object(change["before"] ?? vanished.get(address));
      const after = object(change["after"]);
      const unknown = record(change["after_unknown"]);
      const known = configured.get(withoutKeys(String(address)));
      return {
        address: String(address),
        type: String(type),
        deposed: deposed !== undefined,
        actions: strings(change["actions"]),
        before,
        after,
        unknown,
        sensitive: [record(change["before_sensitive"]), record(change["after_sensitive"])],
        attributes: before && after ? changedAttributes(before, after, unknown, known) : [],
        replacedBy: firstNames(change["replace_paths"]),
        previousAddress: textOf(previous_address),
        imported: change["importing"] !== undefined,
        vanished: object(change["before"]) === undefined && before !== undefined,
      };
    });
}

/** What only the apply knows counts if the program gives it: a provider's own attributes are unknown in each change. */
function changedAttributes(
  before: Document,
  after: Document,
  unknown: Document,
  configured: ReadonlySet<string> | undefined,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names]
    .filter((name) =>
      holdsTrue(unknown[name])
        ? (configured?.has(name) ?? true)
        : canonical(before[name]) !== canonical(after[name]),
    )
    .sort();
}

/** A block that is absent is null in one place, and an empty list in the other. */
function canonical(value: unknown): string {
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? "null" : JSON.stringify(value, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The attributes that the program gives, by the address of the resource. */
function configuredAttributes(plan: Document): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  const visit = (module: Document, prefix: string) => {
    for (const { address, expressions } of records(module["resources"]))
      found.set(`${prefix}${String(address)}`, new Set(Object.keys(record(expressions))));
    for (const [name, call] of Object.entries(record(module["module_calls"])))
      visit(record(record(call)["module"]), `${prefix}module.${name}.`);
  };
  visit(record(record(plan["configuration"])["root_module"]), "");
  return found;
}

/** The address of the block, which may make several objects. */
function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]/g, "");
}

function firstNames(paths: unknown): readonly string[] {
  const names = (Array.isArray(paths) ? paths : []).flatMap((path) =>
    Array.isArray(path) && typeof path[0] === "string" ? [path[0]] : [],
  );
  return [...new Set(names)].sort();
}

/** Whether anything in it is marked. */
export function holdsTrue(value: unknown): boolean {
  if (value === true) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsTrue);
}

function object(value: unknown): Document | undefined {
  return typeof value === "object" && value !== null ? record(value) : undefined;
}
