import { randomUUID } from "node:crypto";
import { runInNewContext } from "node:vm";
import { isJsonObject, type Json, type JsonObject, objectAt, toJson, toJsonObject } from "../engine/json";
import type { AppDefinition } from "./app-definition";
import { mergeObjects, readOverride } from "./override";

/** The names of an app in the Swarm. */
export interface AppNaming {
  readonly serviceName: string;
  readonly volumePrefix: string;
}

export function namingOf(appName: string, isLegacy: boolean): AppNaming {
  return isLegacy
    ? { serviceName: `srv-captain--${appName}`, volumePrefix: "captain--" }
    : { serviceName: appName, volumePrefix: "" };
}

/** The spec with which CapRover creates the service of an app. */
export function initialSpec(appName: string, naming: AppNaming, image: string): JsonObject {
  return {
    Name: naming.serviceName,
    Labels: { "com.caprover.managed": "true" },
    TaskTemplate: {
      ContainerSpec: { Image: image, Env: [], Mounts: [], Labels: { randomLabelForceUpdate: randomUUID() } },
      Placement: { Constraints: [] },
      LogDriver: { Name: "json-file", Options: { "max-size": "512m" } },
      Networks: [{ Target: "captain-overlay-network", Aliases: [`srv-captain--${appName}`] }],
    },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Ports: [] },
    UpdateConfig: { Order: "start-first" },
  };
}

/**
 * The spec of an update: the running spec with the app's settings, then the override, then the app's hook. Because
 * it starts from the running spec, a value of an earlier override stays until another value replaces it. Mounts and
 * environment are always made from the settings.
 * @throws whatever the hook throws
 */
export async function updatedSpec(
  running: JsonObject,
  app: AppDefinition,
  naming: AppNaming,
  image: string,
): Promise<JsonObject> {
  const spec = toJsonObject(running);
  const task = objectAt(spec, "TaskTemplate");
  const mounts = app.volumes.map(
    (volume): JsonObject =>
      "hostPath" in volume
        ? {
            Source: volume.hostPath,
            Target: volume.containerPath,
            Type: "bind",
            ReadOnly: false,
            Consistency: "default",
          }
        : {
            Source: `${naming.volumePrefix}${volume.volumeName}`,
            Target: volume.containerPath,
            Type: "volume",
            ReadOnly: false,
          },
  );
  const filled: JsonObject = {
    ...spec,
    TaskTemplate: {
      ...task,
      ContainerSpec: {
        ...objectAt(task, "ContainerSpec"),
        Image: image,
        Env: app.envVars.map(({ key, value }) => `${key}=${value}`),
        Mounts: mounts,
        Labels: { randomLabelForceUpdate: randomUUID() },
      },
      Placement: { Constraints: app.nodeId === undefined ? [] : [`node.id == ${app.nodeId}`] },
    },
    Mode: { Replicated: { Replicas: app.instanceCount } },
    EndpointSpec: {
      ...objectAt(spec, "EndpointSpec"),
      Ports: app.ports.flatMap(({ hostPort, containerPort }) =>
        ["tcp", "udp"].map((protocol) => ({
          Protocol: protocol,
          TargetPort: containerPort,
          PublishedPort: hostPort,
          PublishMode: "ingress",
        })),
      ),
    },
    UpdateConfig: {
      ...objectAt(spec, "UpdateConfig"),
      Order: mounts.length > 0 ? "stop-first" : "start-first",
    },
  };
  const merged = mergeObjects(filled, readOverride(app.serviceUpdateOverride ?? "").object);
  return runHook(app, merged);
}

async function runHook(app: AppDefinition, spec: JsonObject): Promise<JsonObject> {
  const source = app.preDeployFunction ?? "";
  if (source === "") return spec;
  const hook: unknown = runInNewContext(`${source};\npreDeployFunction`, {}, { timeout: 1000 });
  if (typeof hook !== "function") throw new Error("preDeployFunction is not defined");
  const changed: Json = toJson(await hook(toJson(app), toJson(spec)));
  return isJsonObject(changed) ? changed : spec;
}
