import { ApiStatus, CaptainError } from "../captain/api-status";
import type { Captain } from "../captain/captain";
import { isBefore115 } from "../captain/state";
import { appRoutes } from "./app-routes";
import type { ApiHandler, ApiRequest } from "./request";
import { BUSY, handled, NOT_FOUND, SERVER_ERROR, type WireAnswer } from "./response";
import { systemRoutes } from "./system-routes";

const routes: Readonly<Record<string, ApiHandler>> = { ...systemRoutes, ...appRoutes };

/** Checks namespace, token and write lock, in this order, and calls the handler. */
export async function answerApi(captain: Captain, request: ApiRequest): Promise<WireAnswer> {
  try {
    if (request.namespace !== "captain") throw new CaptainError(ApiStatus.generic, "Namespace unknown");
    const isUser = request.path.startsWith("/user/");
    if (isUser) checkAccess(captain, request);
    const { process, state } = captain;
    const patchUnknown = request.method === "PATCH" && isBefore115(state.settings.version);
    const route = patchUnknown ? undefined : findRoute(request);
    if (route === undefined) return NOT_FOUND;
    const call = async (): Promise<WireAnswer> => ({
      httpStatus: 200,
      json: await route.handler(captain, request, route.parameter),
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

/** A deploy token opens the deploy of its own app and nothing else, not even the deploy's status. */
function checkAccess({ state }: Captain, { method, path, authToken, appToken }: ApiRequest): void {
  const deployed = method === "POST" ? /^\/user\/apps\/appData\/([^/]+)$/.exec(path)?.[1] : undefined;
  if (authToken === "" && appToken !== "" && deployed !== undefined) {
    const config = state.apps.find(deployed)?.definition.appDeployTokenConfig;
    if (config?.enabled === true && config.appDeployToken === appToken) return;
  }
  state.authentication.checkToken(authToken);
}

function findRoute({ method, path }: ApiRequest): { handler: ApiHandler; parameter: string } | undefined {
  const parameter = /^\/user\/apps\/appData\/([^/]+)/.exec(path)?.[1] ?? "";
  const pattern = parameter === "" ? path : path.replace(`/appData/${parameter}`, "/appData/*");
  const handler = routes[`${method} ${pattern}`];
  return handler && { handler, parameter: decodeURIComponent(parameter) };
}
