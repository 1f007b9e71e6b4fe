/** Which app that is there already a creation may take as its own. */
import { hasUnknown, isKnown, type ModifyPlanContext, type TerraformError } from "../../../terraform-plugin";
import { type App, deployed, hasOnlyPlaceholder, isPlaceholder } from "../../captain/app";
import type { AppList } from "../../captain/client";
import { objectAt, textAt } from "../../captain/json";
import type { Connection } from "../../rollout/connection";
import { isDeployed } from "../../rollout/planner";
import type { Target } from "../../rollout/target";
import { changesOf, isEmpty, ownTags } from "../../settings/settings";
import { deployStamp, type Run, type Stamp, writeStamp } from "../../settings/stamp";
import { alreadyThere, planToCreate, type Thing } from "../existing";
import type { AppConfig, AppDraft, AppPlanned, AppState } from "./schema";
import { secretsOf } from "./secrets";
import { targetOf } from "./target";

/** How long a creation that was cut off after the app had started is resumed by the same owner. */
const RESUMED_FOR_MS = 3_600_000;

/** What a creation asks for, as far as it is known. */
export interface Wish {
  readonly persistent: boolean;
  readonly projectId: string | undefined;
  /** Undefined while a part of the plan is unknown. */
  readonly target: Target | undefined;
  readonly secretKeys: readonly string[];
}

/** This configuration in this process. */
export interface Claimant {
  readonly run: Run;
  /** The server's time. */
  readonly nowMs: number;
}

export const appThing = (name: string): Thing => ({
  type: "caprover_app",
  key: name,
  called: `app "${name}"`,
  attribute: "name",
});

/**
 * @returns the time of the creation that is resumed on a running app; null for an app that nobody has used
 * @throws TerraformError when the app is somebody else's
 */
export function adoptedFrom(app: App, wish: Wish, claimant: Claimant): string | null {
  if (app.persistent !== wish.persistent) {
    const has = app.persistent ? "has" : "does not have";
    throw refused(app, wish, `It ${has} persistent data, and the plan differs.`);
  }
  if (isUntouched(app, wish) || isUnfinished(app)) return null;
  const stamp = writeStamp(app);
  const problem = stamp === undefined ? "Somebody else made it." : resumeProblem(app, stamp, wish, claimant);
  if (stamp === undefined || problem !== undefined) throw refused(app, wish, problem ?? "");
  return timeOf(stamp);
}

function resumeProblem(
  app: App,
  stamp: Stamp,
  { target }: Wish,
  { run, nowMs }: Claimant,
): string | undefined {
  if (stamp.creation === "none" || stamp.run === undefined) return "It was not just created.";
  if (run.owner === "") {
    return "It runs already. A running app is taken over only by the owner that created it, and the provider has no owner.";
  }
  if (stamp.run.owner !== run.owner) return "It runs already, and another owner created it.";
  const minutes = Math.floor((nowMs - stamp.startedMs) / 60_000);
  if (nowMs - stamp.startedMs >= RESUMED_FOR_MS) {
    return `It runs already, and was created ${minutes} minutes ago. After an hour a creation is not resumed.`;
  }
  const isEqual = target === undefined || isAsWanted(app, target);
  return isEqual ? undefined : "It runs already, and is not as this plan wants it.";
}

function isAsWanted(app: App, { settings, source }: Target): boolean {
  return isEmpty(changesOf(app, settings)) && (source === undefined || isDeployed(app, source));
}

const timeOf = ({ startedMs }: Stamp): string => new Date(startedMs).toISOString().replace(".000", "");

/** As CapRover registers it. Its project is where it was registered. */
function isUntouched(app: App, { projectId }: Wish): boolean {
  const lists = [app.envVars, app.volumes, app.ports, app.customDomains, ownTags(app)];
  const texts = [
    app.description,
    app.serviceOverride,
    app.nginxConfig,
    app.redirectDomain,
    app.basicAuth?.user ?? "",
    app.deployToken ?? "",
    textAt(app.raw, "preDeployFunction"),
    textAt(objectAt(objectAt(app.raw, "appPushWebhook"), "repoInfo"), "repo"),
  ];
  const switches = [app.forceSsl, app.hasBaseDomainSsl, app.websocketSupport, app.notExposeAsWebApp];
  return (
    hasOnlyPlaceholder(app) &&
    lists.every(({ length }) => length === 0) &&
    texts.every((text) => text.trim() === "") &&
    !switches.includes(true) &&
    app.instanceCount <= 1 &&
    app.containerHttpPort === 80 &&
    (app.persistent || app.nodeId === "") &&
    ["", projectId ?? app.projectId].includes(app.projectId)
  );
}

/** Its creation was cut off or failed before it was started, and nobody else has deployed an image to it. */
function isUnfinished(app: App): boolean {
  const image = deployed(app)?.image ?? "";
  const isOurs = image === "" || isPlaceholder(image) || deployStamp(app) !== undefined;
  return app.instanceCount === 0 && writeStamp(app)?.creation === "unstarted" && isOurs;
}

function refused(app: App, { secretKeys }: Wish, because: string): TerraformError {
  const secrets = secretKeys.filter((key) => app.envVars.some((one) => one.key === key));
  const id = secrets.length === 0 ? app.name : `${app.name}?secret=${secrets.join(",")}`;
  return alreadyThere(appThing(app.name), [id], because);
}

interface Draft {
  readonly planned: AppDraft;
  readonly config: AppDraft;
}
interface Settled {
  readonly planned: AppPlanned;
  readonly config: AppConfig;
}

/** With a configuration that is known, only what CapRover decides is unknown in a plan. */
const isSettled = (draft: Draft | Settled): draft is Settled => !hasUnknown(draft.config);

/** @returns undefined while a part of the configuration is unknown */
function targetIn(draft: Draft | Settled): Target | undefined {
  return isSettled(draft)
    ? targetOf(draft.planned, secretsOf(draft.config, draft.planned, null), null)
    : undefined;
}

type PlanContext = ModifyPlanContext<Connection, AppDraft, AppState>;

/**
 * What the plan of a creation says in `adopted`, with a warning when it takes a running app over.
 * @throws TerraformError when there is an app that it must not take
 */
export function planAdoption(planned: AppDraft, context: PlanContext, { apps }: AppList): string | null {
  const { config, providerData, diagnostics } = context;
  const { name, persistent } = planned;
  if (typeof name !== "string") return null;
  const thing = appThing(name);
  planToCreate(thing, providerData.coordination);
  const app = apps.get(name);
  const isReplaced = providerData.coordination.lives.isHeld(thing);
  if (app === undefined || isReplaced || typeof persistent !== "boolean" || diagnostics.hasError())
    return null;
  const { project_id: projectId, secret_environment_wo: secrets } = config;
  const wish: Wish = {
    persistent,
    projectId: isKnown(projectId) ? (projectId ?? "") : undefined,
    target: targetIn({ planned, config }),
    secretKeys: isKnown(secrets) ? Object.keys(secrets ?? {}) : [],
  };
  const claimant = { run: providerData.run, nowMs: providerData.captain.nowMs() };
  const adopted = adoptedFrom(app, wish, claimant);
  if (adopted !== null) {
    diagnostics.addWarning(`This takes over the running app ${name}`, {
      detail: `The same owner created it at ${adopted}, and that creation did not reach this state. It is as the plan wants it. If you did not create it just now, do not apply this: destroying this configuration would destroy the app.`,
      path: ["name"],
    });
  }
  return adopted;
}
