import { ApiStatus, CaptainError, ok } from "../captain/api-status";
import type { AppRecord } from "../captain/app-store";
import type { DeploySource } from "../captain/captain-definition";
import { DEFAULT_NGINX_CONFIG } from "../captain/nginx";
import { isBefore115 } from "../captain/state";
import { type JsonObject, stringAt, toJsonObject } from "../engine/json";
import { frameLogLines } from "../engine/log-stream";
import { readTar } from "./archive";
import type { ApiHandler } from "./request";

const LOG_LINES = 500;

const listApps: ApiHandler = ({ state }) => {
  const { apps, settings } = state;
  const before115 = isBefore115(settings.version);
  return ok("App definitions are retrieved.", {
    appDefinitions: apps.all().map((app) => describe(app, before115)),
    rootDomain: settings.rootDomain,
    captainSubDomain: "captain",
    defaultNginxConfig: DEFAULT_NGINX_CONFIG,
  });
};

function describe(app: AppRecord, before115: boolean): JsonObject {
  return {
    ...toJsonObject(app.definition),
    appName: app.name,
    isAppBuilding: app.isBuilding,
    ...(before115 ? {} : { isLegacyAppName: app.isLegacy }),
  };
}

const deploy: ApiHandler = async ({ state, builder }, request, appName) => {
  const app = state.apps.get(appName);
  const content = stringAt(request.body, "captainDefinitionContent");
  const archive = request.parts.get("sourceFile");
  const gitHash = stringAt(request.body, "gitHash") || (request.parts.get("gitHash")?.toString("utf8") ?? "");
  if ((content === "") === (archive === undefined)) {
    throw new CaptainError(
      ApiStatus.illegalOperation,
      "Either uploadedTarPathSource or captainDefinitionContent should be provided, but not both.",
    );
  }
  const source: DeploySource =
    archive === undefined ? { kind: "definition", content } : { kind: "archive", files: readTar(archive) };
  const done = builder.deploy(app, source, gitHash);
  if (request.query.has("detached")) {
    // the build log says what failed
    done.catch(() => undefined);
    return { status: ApiStatus.okDeployStarted, description: "Deploy is started", data: {} };
  }
  await done;
  return ok("Deploy is done");
};

const buildStatus: ApiHandler = ({ state }, _request, appName) => {
  const app = state.apps.get(appName);
  return ok("App build status retrieved", {
    isAppBuilding: app.isBuilding,
    logs: app.buildLog.toJson(),
    isBuildFailed: app.isBuildFailed,
  });
};

/** The lines of the service's containers that still exist; a prune removes old containers. */
const appLogs: ApiHandler = ({ state }, { query }, appName) => {
  const app = state.apps.get(appName);
  const tasks = state.swarm.services.get(app.naming.serviceName)?.tasks ?? [];
  const lines = tasks
    .flatMap(({ container }) => (container === undefined || container.removed ? [] : container.log))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const logs = app.definition.instanceCount === 0 ? [] : lines.slice(-LOG_LINES);
  const encoding = query.get("encoding");
  return ok("App runtime logs are retrieved", {
    logs: frameLogLines(logs).toString(encoding === "hex" || encoding === "utf8" ? encoding : "ascii"),
  });
};

export const appRoutes: Readonly<Record<string, ApiHandler>> = {
  "GET /user/apps/appDefinitions": listApps,
  "POST /user/apps/appDefinitions/register": ({ operations }, { body, query }) =>
    operations.register(body, query.has("detached")),
  "POST /user/apps/appDefinitions/update": ({ operations }, { body }) => operations.update(body),
  "PATCH /user/apps/appDefinitions/update": ({ operations }, { body }) => operations.patch(body),
  "POST /user/apps/appDefinitions/delete": ({ operations }, { body }) => operations.delete(body),
  "POST /user/apps/appDefinitions/rename": ({ operations }, { body }) => operations.rename(body),
  "POST /user/apps/appDefinitions/enablebasedomainssl": ({ domains }, { body }) =>
    domains.enableBaseSsl(body),
  "POST /user/apps/appDefinitions/customdomain": ({ domains }, { body }) => domains.add(body),
  "POST /user/apps/appDefinitions/enablecustomdomainssl": ({ domains }, { body }) => domains.enableSsl(body),
  "POST /user/apps/appDefinitions/removecustomdomain": ({ domains }, { body }) => domains.remove(body),
  "POST /user/apps/appData/*": deploy,
  "GET /user/apps/appData/*": buildStatus,
  "GET /user/apps/appData/*/logs": appLogs,
};
