/** The id that a user gives to `terraform import`. */
import { nearest } from "../../support/spelling";
import { TerraformError } from "../../terraform-plugin";

export interface ImportId<P extends string> {
  readonly name: string;
  /** The values of each parameter, which are separated by commas. */
  readonly values: { readonly [K in P]: readonly string[] };
}

/**
 * Reads a name with parameters, such as `hermes?secret=API_KEY,TOKEN`.
 *
 * @param form how such an id is written
 * @throws TerraformError for a parameter that there is not: what it was to do would silently not be done
 */
export function parseImportId<P extends string>(
  id: string,
  form: string,
  parameters: readonly P[],
): ImportId<P>;
export function parseImportId(id: string, form: string, parameters: readonly string[]): ImportId<string> {
  const mark = id.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : id.slice(mark + 1));
  for (const given of query.keys()) {
    if (!parameters.includes(given)) throw unknownParameter(given, form, parameters);
  }
  const values = parameters.map((one) => {
    const items = query.getAll(one).flatMap((list) => list.split(","));
    return [one, items.map((item) => item.trim()).filter((item) => item !== "")] as const;
  });
  return { name: mark < 0 ? id : id.slice(0, mark), values: Object.fromEntries(values) };
}

function unknownParameter(given: string, form: string, parameters: readonly string[]): TerraformError {
  const meant = nearest(given, parameters);
  return new TerraformError(`An import id has no parameter "${given}"`, {
    detail: `${meant === undefined ? "" : `Did you mean "${meant}"? `}The id is ${form}.`,
  });
}
