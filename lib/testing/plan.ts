/** Changes in the JSON of a plan, as `terraform show -json` prints it. */
import { type Document, record, records, strings } from "../support/json-document";

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
}

/** @returns what is wrong with the document, in place of the changes of a complete plan */
export function changesIn(plan: Document): readonly Change[] | string {
  if (typeof plan["format_version"] !== "string" || plan["planned_values"] === undefined)
    return "this is not a plan: give the output of `terraform show -json <plan file>`";
  if (plan["errored"] === true) return "the plan ended with an error and is not complete";
  const vanished = new Map(
    records(plan["resource_drift"]).map((drift) => [drift["address"], record(drift["change"])["before"]]),
  );
  return records(plan["resource_changes"]).map(({ address, type, deposed, change: given }): Change => {
    const change = record(given);
    return {
      address: String(address),
      type: String(type),
      deposed: deposed !== undefined,
      actions: strings(change["actions"]),
      before: object(change["before"] ?? vanished.get(address)),
      after: object(change["after"]),
      unknown: record(change["after_unknown"]),
      sensitive: [record(change["before_sensitive"]), record(change["after_sensitive"])],
    };
  });
}

function object(value: unknown): Document | undefined {
  return typeof value === "object" && value !== null ? record(value) : undefined;
}
