import { randomBytes } from "node:crypto";
import { hashApr1 } from "../../../support/apr1";
import { type JsonObject, numberAt, objectAt, objectsAt, stringAt, toJsonObject } from "../engine/json";
import { ApiStatus, CaptainError } from "./api-status";
import type { AppDefinition, AppEnvVar, AppPort, AppSettings, AppVolume } from "./app-definition";
import { readOverride } from "./override";

/** The keys of a partial update. CapRover ignores every other key silently. */
const PATCHABLE_KEYS = [
  "projectId",
  "description",
  "instanceCount",
  "captainDefinitionRelativeFilePath",
  "envVars",
  "volumes",
  "tags",
  "nodeId",
  "notExposeAsWebApp",
  "containerHttpPort",
  "httpAuth",
  "forceSsl",
  "ports",
  "appPushWebhook",
  "customNginxConfig",
  "redirectDomain",
  "preDeployFunction",
  "serviceUpdateOverride",
  "websocketSupport",
  "appDeployTokenConfig",
];

/** The settings that an update may leave without a value. */
const OPTIONAL_SETTINGS = ["nodeId", "httpAuth", "appPushWebhook"] as const;

/** The full update that a partial one stands for: the saved app with the known keys of the body. */
export function overlay(app: AppDefinition, body: JsonObject): JsonObject {
  const full = toJsonObject(app);
  for (const key of PATCHABLE_KEYS) if (key in body) full[key] = body[key] ?? null;
  return full;
}

/**
 * Reads the settings from the body of a full update. A setting that the body leaves out is reset.
 * @throws CaptainError with CapRover's message; then nothing is saved
 */
export function readSettings(body: JsonObject, app: AppDefinition): AppSettings {
  const hasSsl = app.hasDefaultSubDomainSsl || app.customDomain.some((domain) => domain.hasSsl);
  const forceSsl = body["forceSsl"] === true;
  if (forceSsl && !hasSsl) {
    throw new CaptainError(
      ApiStatus.illegalOperation,
      "Cannot force SSL without at least one SSL-enabled domain!",
    );
  }
  const nodeId = stringAt(body, "nodeId");
  const httpAuth = readHttpAuth(objectAt(body, "httpAuth"));
  const webhook = readWebhook(objectAt(objectAt(body, "appPushWebhook"), "repoInfo"), app);
  return {
    projectId: stringAt(body, "projectId"),
    description: stringAt(body, "description"),
    instanceCount: numberAt(body, "instanceCount"),
    captainDefinitionRelativeFilePath:
      stringAt(body, "captainDefinitionRelativeFilePath") || app.captainDefinitionRelativeFilePath,
    envVars: objectsAt(body, "envVars").map(readEnvVar),
    volumes: readVolumes(objectsAt(body, "volumes"), app),
    ports: objectsAt(body, "ports").map(readPort),
    tags: objectsAt(body, "tags").map((tag) => ({ tagName: stringAt(tag, "tagName") })),
    notExposeAsWebApp: body["notExposeAsWebApp"] === true,
    forceSsl,
    websocketSupport: body["websocketSupport"] === true,
    containerHttpPort: numberAt(body, "containerHttpPort") || 80,
    ...(nodeId === "" ? {} : { nodeId }),
    redirectDomain: stringAt(body, "redirectDomain"),
    customNginxConfig: stringAt(body, "customNginxConfig"),
    preDeployFunction: stringAt(body, "preDeployFunction"),
    serviceUpdateOverride: readOverride(stringAt(body, "serviceUpdateOverride")).text,
    appDeployTokenConfig: readDeployToken(objectAt(body, "appDeployTokenConfig")),
    ...(httpAuth === undefined ? {} : { httpAuth }),
    ...(webhook === undefined ? {} : { appPushWebhook: webhook }),
  };
}

/** The saved app with other settings. */
export function replaceSettings(before: AppDefinition, settings: AppSettings): AppDefinition {
  const after: AppDefinition = { ...before, ...settings };
  for (const key of OPTIONAL_SETTINGS) if (settings[key] === undefined) delete after[key];
  return after;
}

function readEnvVar(given: JsonObject): AppEnvVar {
  const key = stringAt(given, "key").trim();
  if (key === "") throw new CaptainError(ApiStatus.generic, "Environmental Variable key is empty!");
  return { key, value: stringAt(given, "value") };
}

const VOLUME_NAME = /^(?!.*(?:\.\.|--))[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9])?$/;

function readVolumes(given: JsonObject[], app: AppDefinition): AppVolume[] {
  if (given.length > 0 && !app.hasPersistentData) {
    throw new CaptainError(ApiStatus.illegalOperation, "Cannot set volumes for a non-persistent container!");
  }
  return given.map((volume) => {
    const containerPath = stringAt(volume, "containerPath").trim();
    const hostPath = stringAt(volume, "hostPath").trim();
    const volumeName = stringAt(volume, "volumeName").trim();
    if (containerPath === "") throw new CaptainError(ApiStatus.generic, "containerPath is empty");
    if (hostPath !== "") return { containerPath, hostPath };
    if (!VOLUME_NAME.test(volumeName)) {
      throw new CaptainError(ApiStatus.generic, `Invalid volume name: ${volumeName}`);
    }
    return { containerPath, volumeName };
  });
}

function readPort(given: JsonObject): AppPort {
  const hostPort = numberAt(given, "hostPort");
  const containerPort = numberAt(given, "containerPort");
  const valid = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65534;
  if (!valid(hostPort) || !valid(containerPort)) {
    throw new CaptainError(ApiStatus.generic, `Invalid ports: ${hostPort} or ${containerPort}`);
  }
  return { hostPort, containerPort };
}

/** A password is hashed with a new random salt each time; a hash is saved as it was sent. */
function readHttpAuth(given: JsonObject): AppSettings["httpAuth"] {
  const user = stringAt(given, "user");
  if (user === "") return undefined;
  const password = stringAt(given, "password");
  if (password !== "") return { user, passwordHashed: hashApr1(password) };
  // a defect of CapRover: without password and hash, it saves the word "undefined" as the hash
  return { user, passwordHashed: stringAt(given, "passwordHashed") || "undefined" };
}

function readDeployToken(given: JsonObject): { enabled: boolean; appDeployToken?: string } {
  if (given["enabled"] !== true) return { enabled: false };
  const sent = stringAt(given, "appDeployToken").trim();
  // CapRover takes these words for a missing token that a client turned into text
  if (sent === "undefined" || sent === "null") return { enabled: false };
  return { enabled: true, appDeployToken: sent === "" ? randomBytes(32).toString("hex") : sent };
}

/** A repository needs a branch, and either a user with a password or an SSH key. Without any of it there is no webhook. */
function readWebhook(given: JsonObject, app: AppDefinition): AppSettings["appPushWebhook"] {
  const repoInfo = {
    repo: stringAt(given, "repo").trim(),
    branch: stringAt(given, "branch").trim(),
    user: stringAt(given, "user").trim(),
    password: stringAt(given, "password"),
    sshKey: stringAt(given, "sshKey"),
  };
  const { repo, branch, user, password, sshKey } = repoInfo;
  if (Object.values(repoInfo).every((text) => text === "")) return undefined;
  const hasAccount = sshKey !== "" || user !== "";
  if (repo === "" || branch === "" || !hasAccount || (user === "") !== (password === "")) {
    throw new CaptainError(ApiStatus.illegalParameter, "Missing required Github/BitBucket/Gitlab field");
  }
  const before = app.appPushWebhook;
  return {
    tokenVersion: before?.tokenVersion ?? randomBytes(16).toString("hex"),
    pushWebhookToken: before?.pushWebhookToken ?? randomBytes(32).toString("hex"),
    repoInfo,
  };
}
