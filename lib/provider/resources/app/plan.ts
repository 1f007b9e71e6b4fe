/** What a plan says of an app beyond the schema. */
import { verifyApr1 } from "../../../support/apr1";
import { isKnown, type ModifyPlanContext, UNKNOWN } from "../../../terraform-plugin";
import type { App } from "../../captain/app";
import { SecretDigests } from "../../secrets/digests";
import { plannedVersion } from "../../secrets/version";
import { fingerprintOf } from "../../settings/fingerprint";
import { normalOverride } from "../../settings/override";
import { NO_PASSWORD } from "../../settings/settings";
import { type AppDraft, type AppState, rows } from "./schema";

export function refinePlan(
  planned: AppDraft,
  context: ModifyPlanContext<unknown, AppDraft, AppState>,
  app: App | undefined,
): Partial<AppDraft> {
  const { config, state: prior, diagnostics } = context;
  const secret = config.secret_environment_wo;
  const keys = isKnown(secret) ? Object.keys(secret ?? {}).sort() : UNKNOWN;
  const refined: Partial<AppDraft> = {
    applied: true,
    secret_environment_keys: keys,
    ...secretVersions(planned, context, app),
  };
  const savedAuth = app === undefined ? (prior?.basic_auth ?? undefined) : app.basicAuth;
  if (savedAuth === undefined && lacksPassword(config.basic_auth)) diagnostics.addError(...NO_PASSWORD);
  if (prior === null) return refined;
  const same = sameMeaning(planned, prior);
  const next = { ...planned, ...refined, ...same };
  const deploys = isDeployPlanned(config, prior, next);
  if (deploys && config.image === null) Object.assign(next, { image: UNKNOWN });
  if (deploys) Object.assign(next, { deployed_version: UNKNOWN });
  if (next.web_app !== prior.web_app) Object.assign(next, { url: UNKNOWN });
  const changed = changedNames(next, prior);
  if (changed.length > 0 && prior.instance_count > 0 && planned.name === prior.name) {
    diagnostics.addWarning(`Applying this restarts ${prior.name}`, {
      detail: `CapRover starts a new container for each change. Changed here: ${changed.join(", ")}.`,
    });
  }
  return next;
}

const lacksPassword = (auth: AppDraft["basic_auth"]): boolean =>
  isKnown(auth) && auth !== null && auth.password_wo === null;

/** A change of a write-only value shows only against the digest of what was sent last. */
function secretVersions(
  { basic_auth: planned }: AppDraft,
  { config, state: prior, privateState }: ModifyPlanContext<unknown, AppDraft, AppState>,
  app: App | undefined,
): Partial<AppDraft> {
  const digests = SecretDigests.read(privateState);
  const { secret_environment_wo: secrets, deploy_token_wo: token, basic_auth: auth } = config;
  const versions: Partial<AppDraft> = {
    secret_environment_wo_version: plannedVersion(
      config.secret_environment_wo_version,
      prior?.secret_environment_wo_version ?? null,
      () =>
        isKnown(secrets) &&
        Object.entries(secrets ?? {}).some(
          ([key, value]) => typeof value === "string" && !digests.matches(`env:${key}`, value),
        ),
    ),
    deploy_token_wo_version: plannedVersion(
      config.deploy_token_wo_version,
      prior?.deploy_token_wo_version ?? null,
      () => typeof token === "string" && !digests.matches("token", token),
    ),
  };
  if (!isKnown(planned) || planned === null || !isKnown(auth) || auth === null) return versions;
  const password = auth.password_wo;
  // a fast digest of a password in the state would be too easy to guess
  const isChanged = () =>
    typeof password === "string" &&
    app?.basicAuth !== undefined &&
    !verifyApr1(password, app.basicAuth.passwordHash);
  const before = prior?.basic_auth?.password_wo_version ?? null;
  const version = plannedVersion(auth.password_wo_version, before, isChanged);
  return { ...versions, basic_auth: { ...planned, password_wo_version: version } };
}

/** A value that is only spelled differently keeps its previous spelling. */
function sameMeaning(planned: AppDraft, prior: AppState): Partial<AppDraft> {
  const { service_override: override, captain_definition: definition } = planned;
  return {
    ...(typeof override === "string" &&
    prior.service_override !== null &&
    normalOverride(override) === normalOverride(prior.service_override)
      ? { service_override: prior.service_override }
      : {}),
    ...(typeof definition === "string" &&
    prior.captain_definition !== null &&
    fingerprintOf(definition) === fingerprintOf(prior.captain_definition)
      ? { captain_definition: prior.captain_definition }
      : {}),
  };
}

function isDeployPlanned(config: AppDraft, prior: AppState, next: AppDraft): boolean {
  if (prior.applied === false && (config.image !== null || config.captain_definition !== null)) return true;
  if (config.image !== null) return next.image !== prior.image;
  return config.captain_definition !== null && next.captain_definition !== prior.captain_definition;
}

/** Attributes whose change makes CapRover start a new container. */
function changedNames(next: Values, prior: Values): readonly string[] {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, part) => (typeof part === "symbol" ? "unknown" : part));
  return Object.entries(rows)
    .filter(([, row]) => "read" in row && row.sent !== "not sent")
    .filter(([name]) => text(next[name]) !== text(prior[name]))
    .map(([name]) => name);
}

interface Values {
  readonly [attribute: string]: unknown;
}
