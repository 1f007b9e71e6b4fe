/** The settings of an app in CapRover's own terms, and how wanted ones differ from saved ones. */
import { verifyApr1 } from "../../support/apr1";
import { type DiagnosticOptions, TerraformError } from "../../terraform-plugin";
import { type App, PLAIN_SETTINGS, type PlainSettings, type Port, type Volume } from "../captain/app";
import { canonical, type Json, type JsonObject, objectAt } from "../captain/json";
import { type NginxSettings, patchNginx } from "./nginx-config";
import { nextOverride, type ServiceSettings } from "./override";
import { parseOverride } from "./override-text";
import { formatStamp, isStamp, type Stamp } from "./stamp";
import { variablesOf, type WantedEnvironment, type WantedValue } from "./wanted-value";

/** All settings of an app. A plain value of CapRover is a line of `PLAIN`; each setting below has a line in `CHANGES`. */
export interface Settings extends PlainSettings, ServiceSettings {
  /** Variables whose values may be shown. */
  readonly environment: WantedEnvironment;
  readonly secretEnvironment: WantedEnvironment;
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
  readonly tags: readonly string[];
  /** Undefined leaves it to CapRover. */
  readonly nodeId: string | undefined;
  readonly basicAuth: { readonly user: string; readonly password: WantedValue } | undefined;
  readonly acceptsDeployToken: boolean;
  readonly deployToken: WantedValue;
  readonly nginx: NginxSettings;
}

/** What a partial update sends: CapRover's keys with their values. */
export type Changes = JsonObject;

export const isEmpty = (changes: Changes): boolean => Object.keys(changes).length === 0;

type Difference = (app: App, wanted: Settings) => Changes;

/** The function that sends each setting. Settings that CapRover keeps under one key share a function. */
const CHANGES: { readonly [K in Exclude<keyof Settings, keyof PlainSettings>]: Difference } = {
  environment: environmentChange,
  secretEnvironment: environmentChange,
  volumes: ({ volumes }, wanted) => listChange("volumes", volumes, wanted.volumes),
  ports: ({ ports }, wanted) => listChange("ports", ports, wanted.ports),
  tags: (app, { tags }) => (unordered(ownTags(app)) === unordered(tags) ? {} : { tags: tagObjects(tags) }),
  nodeId: (app, { nodeId }) => (nodeId === undefined || nodeId === app.nodeId ? {} : { nodeId }),
  basicAuth: (app, { basicAuth }) =>
    isBasicAuth(app, basicAuth) ? {} : { httpAuth: basicAuthBody(app, basicAuth) },
  acceptsDeployToken: deployTokenChange,
  deployToken: deployTokenChange,
  nginx: nginxChange,
  stopGraceSeconds: overrideChange,
  healthCheck: overrideChange,
  memoryMiB: overrideChange,
  cpus: overrideChange,
  tmpfs: overrideChange,
  readOnlyPaths: overrideChange,
  lockPort: overrideChange,
  serviceOverride: overrideChange,
};
const DIFFERENCES = new Set([plainChanges, ...Object.values(CHANGES)]);

/** What differs between the saved app and the wanted one; empty when nothing does. */
export function changesOf(app: App, wanted: Settings): Changes {
  return Object.fromEntries(
    [...DIFFERENCES].flatMap((difference) => Object.entries(difference(app, wanted))),
  );
}

function plainChanges(app: App, wanted: Settings): Changes {
  const changed = PLAIN_SETTINGS.filter((key) => app[key] !== wanted[key]);
  return Object.fromEntries(changed.map((key) => [key, wanted[key]]));
}

function environmentChange({ envVars }: App, wanted: Settings): Changes {
  const variables = variablesOf({ ...wanted.environment, ...wanted.secretEnvironment }, envVars);
  return listChange("envVars", envVars, variables);
}

function nginxChange({ nginxConfig, defaultNginxConfig }: App, { nginx }: Settings): Changes {
  const template = patchNginx(nginxConfig, defaultNginxConfig, nginx);
  // CapRover may have trimmed what it saved
  const isSaved = !("text" in template) || template.text.trim() === nginxConfig.trim();
  return isSaved ? {} : { customNginxConfig: template.text };
}

function overrideChange(app: App, wanted: Settings): Changes {
  const saved = parseOverride(app.serviceOverride) ?? {};
  const { override } = nextOverride(app, wanted);
  if (canonical(override) === canonical(saved)) return {};
  return { serviceUpdateOverride: isEmpty(override) ? "" : JSON.stringify(override) };
}

function listChange(key: string, saved: readonly object[], wanted: readonly object[]): Changes {
  return unordered(saved) === unordered(wanted) ? {} : { [key]: wanted.map((item) => ({ ...item })) };
}

/** Settings that an earlier override has set, that this one drops, and that CapRover can't reset. */
export function leftInForce(app: App, wanted: Settings): readonly string[] {
  return nextOverride(app, wanted).left;
}

/** The body of one write: the changes alone, or the whole app with them for a CapRover before 1.15. */
export function updateBody(app: App, changes: Changes, stamps: readonly Stamp[]): JsonObject {
  const tags = changes["tags"] ?? tagObjects(ownTags(app));
  const stamped = [...(Array.isArray(tags) ? tags : []), ...tagObjects(stamps.map(formatStamp))];
  return { ...(app.canPatch ? {} : app.raw), ...changes, tags: stamped, appName: app.name };
}

/** The app's tags without this provider's stamps. */
export const ownTags = (app: App): readonly string[] => app.tags.filter((tag) => !isStamp(tag));

const tagObjects = (tags: readonly string[]): readonly JsonObject[] => tags.map((tagName) => ({ tagName }));

const unordered = (items: readonly (object | string)[]): string =>
  items
    .map((item) => canonical(typeof item === "string" ? item : { ...item }))
    .sort()
    .join();

function isBasicAuth({ basicAuth: saved }: App, wanted: Settings["basicAuth"]): boolean {
  if (saved === undefined || wanted === undefined) return saved === wanted;
  if (saved.user !== wanted.user) return false;
  const { isKept, value } = wanted.password;
  return isKept || value === undefined || verifyApr1(value, saved.passwordHash);
}

/** Without a password and a saved hash, CapRover would save a hash that no password has. */
export const NO_PASSWORD: readonly [string, DiagnosticOptions] = [
  "basic_auth.password_wo is missing",
  {
    path: ["basic_auth"],
    detail: "The app has no saved password, so nobody could log in. The apply needs one.",
  },
];

function basicAuthBody(app: App, wanted: Settings["basicAuth"]): Json {
  if (wanted === undefined) return null;
  const { user, password } = wanted;
  if (password.isKept && app.basicAuth !== undefined) {
    return { user, passwordHashed: app.basicAuth.passwordHash };
  }
  if (password.value === undefined) throw new TerraformError(...NO_PASSWORD);
  return { user, password: password.value };
}

/** CapRover makes a new token each time tokens are enabled without one, so the saved one is sent with it. */
function deployTokenChange({ deployToken: saved }: App, wanted: Settings): Changes {
  if (!wanted.acceptsDeployToken)
    return saved === undefined ? {} : { appDeployTokenConfig: { enabled: false } };
  const token = wanted.deployToken.over(saved === "" ? undefined : saved);
  if (token !== undefined && token === saved) return {};
  return {
    appDeployTokenConfig: { enabled: true, ...(token === undefined ? {} : { appDeployToken: token }) },
  };
}

/** Values of variables that the configuration does not show: they may be secrets. */
export function hiddenValues(app: App, plain: WantedEnvironment): readonly string[] {
  const token = objectAt(app.raw, "appDeployTokenConfig")["appDeployToken"];
  const shown = new Set(Object.keys(plain).filter((key) => plain[key]?.isKept === false));
  const hidden = app.envVars.filter(({ key }) => !shown.has(key)).map(({ value }) => value);
  return [...hidden, ...(typeof token === "string" ? [token] : [])];
}
