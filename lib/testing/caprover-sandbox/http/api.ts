import { ApiStatus, CaptainError } from "../captain/api-status";
import type { Captain } from "../captain/captain";
import { isBefore115 } from "../captain/state";
import { appRoutes } from "./app-routes";
import type { ApiHandler, ApiRequest } from "./request";
import { BUSY, handled, NOT_FOUND, SERVER_ERROR, type WireAnswer } from "./response";
import { systemRoutes } from "./system-routes";
import { type Unmodelled, unmodelledFields } from "./unmodelled";

/** Every modelled route, as method and path below `/api/v2`; `*` stands for an app. */
export const routes: Readonly<Record<string, ApiHandler>> = { ...systemRoutes, ...appRoutes };

const PARTIAL_UPDATE = "PATCH /user/apps/appDefinitions/update";

/** Checks namespace, token, route and write lock, in this order, and calls the handler. */
export async function answerApi(
  captain: Captain,
  request: ApiRequest,
  unmodelled: Unmodelled,
): Promise<WireAnswer> {
  try {
    if (request.namespace !== "captain") throw new CaptainError(ApiStatus.generic, "Namespace unknown");
    const isUser = request.path.startsWith("/user/");
    if (isUser) checkAccess(captain, request);
    const { process, state } = captain;
    const { name, parameter } = routeOf(request);
    if (request.path === "/") return NOT_FOUND;
    if (name === PARTIAL_UPDATE && isBefore115(state.settings.version)) return NOT_FOUND;
    const handler = routes[name];
    const fields = handler === undefined ? [] : unmodelledFields(name, request);
    if (handler === undefined || fields.length > 0) {
      return unmodelled.refuse(request.method, `/api/v2${request.path}`, fields);
    }
    const call = async (): Promise<WireAnswer> => ({
      httpStatus: 200,
      json: await handler(captain, request, parameter),
    });
    if (!isUser || request.method === "GET") return await call();
    if (process.writing) return BUSY;
    process.writing = true;
    try {
      return await call();
    } finally {
      process.writing = false;
    }
  } catch (error) {
    return error instanceof CaptainError ? handled(error.status, error.message) : SERVER_ERROR;
  }
}

/** A deploy token allows the deploy of its own app and nothing else, not even reading the deploy's status. */
function checkAccess({ state }: Captain, { method, path, authToken, appToken }: ApiRequest): void {
  const deployed = method === "POST" ? /^\/user\/apps\/appData\/([^/]+)$/.exec(path)?.[1] : undefined;
  if (authToken === "" && appToken !== "" && deployed !== undefined) {
    const config = state.apps.find(deployed)?.definition.appDeployTokenConfig;
    if (config?.enabled === true && config.appDeployToken === appToken) return;
  }
  state.authentication.checkToken(authToken);
}

/** The request's name in the tables of routes, and the value of the route's one parameter. */
function routeOf({ method, path }: ApiRequest): { name: string; parameter: string } {
  const parameter = /^\/user\/apps\/appData\/([^/]+)/.exec(path)?.[1] ?? "";
  const pattern = parameter === "" ? path : path.replace(`/appData/${parameter}`, "/appData/*");
  return { name: `${method} ${pattern}`, parameter: decodeURIComponent(parameter) };
}
