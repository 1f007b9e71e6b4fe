/** What a plan says of a thing that it would create and that CapRover has already. */
import { TerraformError } from "../../terraform-plugin";
import type { App } from "../captain/app";
import type { Coordination } from "../rollout/coordination";
import type { Run } from "../settings/stamp";
import { writeStamp } from "../settings/stamp";

export interface Thing {
  /** The resource's type, such as `caprover_app`. */
  readonly type: string;
  /** What tells it from others of its type. */
  readonly key: string;
  /** Such as `app "agent"`. */
  readonly called: string;
  /** The attribute that names it. */
  readonly attribute: string;
}

/**
 * @param ids what each one that there is is imported by: two of one name are told apart by their ids
 * @param because why it is not taken over
 */
export function alreadyThere(
  { type, called, attribute }: Thing,
  ids: readonly string[],
  because: string,
): TerraformError {
  const blocks = ids.map((id) => `  import {\n    to = ${type}.NAME\n    id = "${id}"\n  }`);
  const commands = ids.map((id) => `  terraform import ${type}.NAME '${id}'`);
  const which =
    ids.length > 1 ? `There are ${ids.length} of them: import one by its id` : "To manage it, import it";
  return new TerraformError(`There is ${article(called)} ${called} already`, {
    detail: `${because} ${which}, with the name of this resource for NAME:\n\n${blocks.join("\n\n")}\n\nor\n\n${commands.join("\n")}\n\nWith CDKTF, call importFrom("${ids[0] ?? ""}") on the ${bindingOf(type)}. If you have only renamed its resource, write a moved block instead.`,
    path: [attribute],
  });
}

/** Terraform would create the new one first or destroy the old one last, and either way nothing would be left. */
function renamed({ type, called, attribute }: Thing): TerraformError {
  return new TerraformError(`This plan both creates and destroys ${called}`, {
    detail: `Two resources stand for the same thing, so what one makes the other one would remove. If you have renamed the resource, say so:\n\n  moved {\n    from = ${type}.OLD_NAME\n    to   = ${type}.NEW_NAME\n  }\n\nWith CDKTF, call moveFromId("${type}.OLD_NAME") on the ${bindingOf(type)}. To make it anew, keep the resource's name and use terraform apply -replace.`,
    path: [attribute],
  });
}

/** `caprover_custom_domain` → `CapRoverCustomDomain`. */
const bindingOf = (type: string): string =>
  type === "caprover_app" ? "CapRoverApp, the node.defaultChild of a HermesApp" : camelCase(type);

const camelCase = (type: string): string =>
  type.replace("caprover", "CapRover").replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? "an" : "a");

function twice({ called, attribute }: Thing): TerraformError {
  return new TerraformError(`This plan creates ${called} twice`, {
    detail: "Two resources stand for the same thing. Keep one of them, or give one another name.",
    path: [attribute],
  });
}

/** @throws TerraformError when the plan also destroys or creates it under another address */
export function planToCreate(thing: Thing, { lives }: Coordination): void {
  if (lives.isCreatedAlready(thing)) throw twice(thing);
  if (lives.isDestroyedToo(thing)) throw renamed(thing);
}

/** @throws TerraformError when the plan also creates it under another address */
export function planToDestroy(thing: Thing, { lives }: Coordination): void {
  if (lives.isCreatedToo(thing)) throw renamed(thing);
}

/**
 * Whether this configuration's owner wrote the app's configuration last. What is set on such an app, such as a domain, is
 * its owner's too: CapRover does not record who set it.
 */
export function isOwnApp(app: App, { owner }: Run): boolean {
  return owner !== "" && writeStamp(app)?.run?.owner === owner;
}
