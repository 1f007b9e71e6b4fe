import { ok } from "../captain/api-status";
import type { Project } from "../captain/projects";
import type { RegistryAccount } from "../captain/registries";
import { type JsonObject, objectAt, stringAt, stringsAt, toJson } from "../engine/json";
import type { ApiHandler } from "./request";

const UPDATE_CHECK_SECONDS = 10;
const ENGINE_VERSION = "27.5.1";

const systemInfo: ApiHandler = ({ state }) => {
  const { hasRootSsl, forceSsl, rootDomain } = state.settings;
  const data: JsonObject = { forceSsl, rootDomain, captainSubDomain: "captain" };
  return ok("Captain info retrieved", rootDomain === "" ? data : { hasRootSsl, ...data });
};

/** CapRover asks the internet for a newer version first; without a connection that takes ten seconds. */
const versionInfo: ApiHandler = async ({ state, process }) => {
  await process.sleep(UPDATE_CHECK_SECONDS);
  const { version } = state.settings;
  return ok("Version Info Retrieved", {
    currentVersion: version,
    latestVersion: version,
    changeLogMessage: "",
    canUpdate: false,
  });
};

const listNodes: ApiHandler = ({ state }) => {
  const { leader, all } = state.swarm.nodes;
  const described = all.map(({ id, hostname, nanoCpus, memoryBytes }) => ({
    nodeId: id,
    type: id === leader.id ? "manager" : "worker",
    isLeader: id === leader.id,
    hostname,
    architecture: "x86_64",
    operatingSystem: "linux",
    nanoCpu: nanoCpus,
    memoryBytes,
    dockerEngineVersion: ENGINE_VERSION,
    ip: "127.0.0.1",
    state: "ready",
    status: "active",
  }));
  return ok("Node info retrieved", { nodes: described });
};

function readProject(body: JsonObject): Omit<Project, "id"> {
  return {
    name: stringAt(body, "name"),
    parentProjectId: stringAt(body, "parentProjectId"),
    description: stringAt(body, "description"),
  };
}

function readAccount(body: JsonObject): RegistryAccount {
  return {
    registryUser: stringAt(body, "registryUser"),
    registryPassword: stringAt(body, "registryPassword"),
    registryDomain: stringAt(body, "registryDomain"),
    registryImagePrefix: stringAt(body, "registryImagePrefix"),
  };
}

export const systemRoutes: Readonly<Record<string, ApiHandler>> = {
  "GET /theme/current": () => ok("Theme is retrieved", { theme: {} }),
  "POST /login": ({ state }, { body }) =>
    ok("Login succeeded", { token: state.authentication.logIn(stringAt(body, "password")) }),
  "POST /user/changepassword": ({ state }, { body }) => {
    state.authentication.changePassword(stringAt(body, "oldPassword"), stringAt(body, "newPassword"));
    return ok("Password changed.");
  },
  "GET /user/system/info": systemInfo,
  "GET /user/system/versionInfo": versionInfo,
  "GET /user/system/nodes": listNodes,
  "POST /user/system/changerootdomain": ({ domains }, { body }) => domains.changeRoot(body),
  "POST /user/system/enablessl": ({ domains }, { body }) => domains.enableRootSsl(body),
  "POST /user/system/forcessl": ({ domains }, { body }) => domains.forceRootSsl(body),
  "GET /user/projects": ({ state }) =>
    ok("Projects are retrieved.", { projects: toJson(state.projects.all()) }),
  "POST /user/projects/register": ({ state }, { body }) => {
    const project = state.projects.add(readProject(body));
    return ok(`Project created: ${project.name}`, { ...project });
  },
  "POST /user/projects/update": ({ state }, { body }) => {
    const definition = objectAt(body, "projectDefinition");
    state.projects.update(stringAt(definition, "id"), readProject(definition));
    return ok("Project Saved");
  },
  "POST /user/projects/delete": ({ state }, { body }) => {
    for (const id of stringsAt(body, "projectIds")) state.projects.remove(id);
    return ok("Projects deleted");
  },
  "GET /user/registries": ({ state }) => {
    const { defaultPushRegistryId } = state.registries;
    return ok("All registries retrieved", {
      registries: toJson(state.registries.all()),
      ...(defaultPushRegistryId === undefined ? {} : { defaultPushRegistryId }),
    });
  },
  "POST /user/registries/insert": ({ state }, { body }) => {
    state.registries.add(readAccount(body));
    return ok("Registry is added.");
  },
  "POST /user/registries/update": ({ state }, { body }) => {
    state.registries.update(stringAt(body, "id"), readAccount(body));
    return ok("Registry is updated.");
  },
  "POST /user/registries/delete": ({ state }, { body }) => {
    state.registries.remove(stringAt(body, "registryId"));
    return ok("Registry deleted");
  },
  "POST /user/registries/setpush": ({ state }, { body }) => {
    state.registries.setPush(stringAt(body, "registryId"));
    return ok("Push Registry changed");
  },
  "POST /user/oneclick/deploy": ({ oneClick }, { body }) =>
    ok("One-click deployment started", { jobId: oneClick.start(body) }),
  "GET /user/oneclick/deploy/progress": ({ oneClick }, { query }) =>
    ok("Deployment progress retrieved", oneClick.progress(query.get("jobId") ?? "")),
};
