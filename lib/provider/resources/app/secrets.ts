/**
 * The write-only values of an app: which of them a plan says it sends, and what an apply sends then. Nothing else sees
 * the configuration at an apply, so everything that is not write-only comes from the plan.
 */
import { verifyApr1 } from "../../../support/apr1";
import { isKnown, type ModifyPlanContext, UNKNOWN } from "../../../terraform-plugin";
import type { App } from "../../captain/app";
import { SecretDigests } from "../../secrets/digests";
import { plannedVersion, type SecretAtPlan, settledVersion, warnOfHidden } from "../../secrets/version";
import { WantedValue } from "../../settings/wanted-value";
import type { Secrets } from "./row";
import type { AppConfig, AppDraft, AppPlanned, AppState } from "./schema";

type PlanContext = ModifyPlanContext<unknown, AppDraft, AppState>;
type PlannedSecrets = Pick<
  AppDraft,
  "secret_environment_keys" | "secret_environment_wo_version" | "deploy_token_wo_version" | "basic_auth"
>;

/** A change of a write-only value shows only against the digest of what was sent last. */
export function planSecrets(
  planned: AppDraft,
  context: PlanContext,
  app: App | undefined,
): Partial<PlannedSecrets> {
  const { config, state: prior, diagnostics } = context;
  const { variables, token } = secretsAtPlan(context);
  const password = passwordAtPlan(context, app);
  const all = [variables, token, ...(password === undefined ? [] : [password])];
  for (const secret of all) warnOfHidden(secret, diagnostics);
  const { basic_auth: auth } = planned;
  return {
    secret_environment_keys: plannedKeys(config, prior),
    secret_environment_wo_version: plannedVersion(variables),
    deploy_token_wo_version: plannedVersion(token),
    ...(password === undefined || !isKnown(auth) || auth === null
      ? {}
      : { basic_auth: { ...auth, password_wo_version: plannedVersion(password) } }),
  };
}

/**
 * The names of the secret variables. A configuration without any, whose number says that nothing is sent, keeps those
 * that there are: it may come from `ignore_changes = all` or from `-generate-config-out`.
 */
function plannedKeys(config: AppDraft, prior: AppState | null): AppDraft["secret_environment_keys"] {
  const { secret_environment_wo: secrets, secret_environment_wo_version: version } = config;
  if (!isKnown(secrets)) return UNKNOWN;
  if (secrets !== null) return Object.keys(secrets).sort();
  const isLeftAlone = version !== null && version === prior?.secret_environment_wo_version;
  return isLeftAlone ? (prior?.secret_environment_keys ?? []) : [];
}

function secretsAtPlan({ config, state: prior, privateState }: PlanContext) {
  const digests = SecretDigests.read(privateState);
  const { secret_environment_wo: secrets, deploy_token_wo: deployToken } = config;
  const variables: SecretAtPlan = {
    name: "secret_environment_wo",
    path: ["secret_environment_wo_version"],
    configured: config.secret_environment_wo_version,
    prior: prior?.secret_environment_wo_version ?? null,
    isChanged() {
      if (!isKnown(secrets)) return UNKNOWN;
      // a new name shows in secret_environment_keys, and is sent in any case
      const had = config.secret_environment_wo_version === null ? undefined : prior?.secret_environment_keys;
      const values = Object.entries(secrets ?? {}).filter(([key]) => had?.includes(key) ?? true);
      const differs = ([key, value]: readonly [string, unknown]) =>
        typeof value === "string" && !digests.matches(`env:${key}`, value);
      return values.some(differs) || (values.some(([, value]) => value === UNKNOWN) && UNKNOWN);
    },
  };
  const token: SecretAtPlan = {
    name: "deploy_token_wo",
    path: ["deploy_token_wo_version"],
    configured: config.deploy_token_wo_version,
    prior: prior?.deploy_token_wo_version ?? null,
    isChanged: () =>
      isKnown(deployToken) ? deployToken !== null && !digests.matches("token", deployToken) : UNKNOWN,
  };
  return { variables, token };
}

/** @returns undefined without basic auth */
function passwordAtPlan(
  { config, state: prior }: PlanContext,
  app: App | undefined,
): SecretAtPlan | undefined {
  const { basic_auth: auth } = config;
  if (!isKnown(auth) || auth === null) return undefined;
  const { password_wo: password, password_wo_version: configured } = auth;
  return {
    name: "basic_auth.password_wo",
    path: ["basic_auth", "password_wo_version"],
    configured,
    prior: prior?.basic_auth?.password_wo_version ?? null,
    // a fast digest of a password in the state would be too easy to guess
    isChanged() {
      if (!isKnown(password)) return UNKNOWN;
      const hash = app?.basicAuth?.passwordHash;
      return password !== null && hash !== undefined && !verifyApr1(password, hash);
    },
  };
}

/** The parts of the configuration that no plan holds. */
type Configured = Pick<AppConfig, "secret_environment_wo" | "deploy_token_wo"> & {
  readonly basic_auth: Pick<NonNullable<AppConfig["basic_auth"]>, "password_wo"> | null;
};

/** What an apply sends: values whose number changes in the plan, and variables that are new in it. */
export function secretsOf(
  { secret_environment_wo: variables, deploy_token_wo: token, basic_auth: auth }: Configured,
  planned: AppPlanned,
  prior: AppState | null,
): Secrets {
  const keys = planned.secret_environment_keys;
  const names = isKnown(keys) && keys !== null ? keys : Object.keys(variables ?? {});
  const had = prior?.secret_environment_keys ?? [];
  const before = versionsIn(prior);
  const now = versionsIn(planned);
  return {
    environment: Object.fromEntries(
      names.map((name) => {
        const value = variables !== null && Object.hasOwn(variables, name) ? variables[name] : undefined;
        return [name, wanted(value ?? undefined, now.variables !== before.variables || !had.includes(name))];
      }),
    ),
    deployToken: wanted(token ?? undefined, now.token !== before.token),
    password: wanted(auth?.password_wo ?? undefined, now.password !== before.password),
  };
}

const wanted = (value: string | undefined, isSent: boolean): WantedValue =>
  isSent && value !== undefined ? WantedValue.of(value) : WantedValue.kept(value);

type WithVersions = Pick<
  AppPlanned,
  "secret_environment_wo_version" | "deploy_token_wo_version" | "basic_auth"
>;

const versionsIn = (object: WithVersions | null) => ({
  variables: object?.secret_environment_wo_version ?? null,
  token: object?.deploy_token_wo_version ?? null,
  password: object?.basic_auth?.password_wo_version ?? null,
});

/** The numbers at the end of an apply. */
export function settledVersions({ basic_auth: auth, ...planned }: AppPlanned, prior: AppState | null) {
  const { secret_environment_wo_version: variables, deploy_token_wo_version: token } = planned;
  const before = prior?.basic_auth?.password_wo_version ?? null;
  return {
    secret_environment_wo_version: settledVersion(variables, prior?.secret_environment_wo_version ?? null),
    deploy_token_wo_version: settledVersion(token, prior?.deploy_token_wo_version ?? null),
    basic_auth: auth && { ...auth, password_wo_version: settledVersion(auth.password_wo_version, before) },
  };
}
