import { isJsonObject, objectAt } from "../engine/json";
import type { ApiRequest } from "./request";
import type { WireAnswer } from "./response";

/** CapRover's nginx answers these on every host name without an app. Here they would get the default page. */
export const UNMODELLED_NGINX_PATHS: readonly string[] = ["/.well-known/captain-identifier", "/nginx_status"];

const UNMODELLED_SERVICE_KEYS = ["cap_add", "depends_on", "hostname"];

/** Fields of modelled routes on which a real CapRover acts and the sandbox would not. */
const UNMODELLED_FIELDS: Readonly<Record<string, (request: ApiRequest) => readonly string[]>> = {
  "POST /user/apps/appData/*": ({ parts }) =>
    parts.has("captainDefinitionContent") ? ["the form field captainDefinitionContent"] : [],
  "POST /user/oneclick/deploy": ({ body }) => {
    const services = Object.entries(objectAt(objectAt(body, "template"), "services"));
    // CapRover puts them into a new project
    const several = services.length > 1 ? ["a template with several services"] : [];
    const keys = services.flatMap(([name, service]) =>
      UNMODELLED_SERVICE_KEYS.filter((key) => isJsonObject(service) && key in service).map(
        (key) => `template.services.${name}.${key}`,
      ),
    );
    return [...several, ...keys];
  },
};

/** @param route as the tables of routes name it, such as `POST /user/apps/appData/*` */
export function unmodelledFields(route: string, request: ApiRequest): readonly string[] {
  return UNMODELLED_FIELDS[route]?.(request) ?? [];
}

/** Refuses what the sandbox does not model, and keeps a line of each refusal. */
export class Unmodelled {
  readonly lines: string[] = [];

  /** @param onLine gets each line at once */
  constructor(private readonly onLine: (line: string) => void) {}

  /**
   * HTTP 501, which CapRover itself never answers, in plain text: neither its HTTP status nor its body can be
   * taken for a success.
   * @param path whole, without the query, which may hold a token
   * @param fields of the request, where the route itself is modelled
   */
  refuse(method: string, path: string, fields: readonly string[] = []): WireAnswer {
    const what = fields.length === 0 ? "" : `${fields.join(", ")} in `;
    const line = `the CapRover sandbox does not model ${what}${method} ${path} and did nothing; see docs/caprover-sandbox.md of cdktf-hermes`;
    this.lines.push(line);
    this.onLine(line);
    return { httpStatus: 501, text: line };
  }
}
