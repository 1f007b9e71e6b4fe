/** What a plan says of an app beyond the schema. */
import { isKnown, type ModifyPlanContext, UNKNOWN } from "../../../terraform-plugin";
import type { App } from "../../captain/app";
import { isDeployInDoubt } from "../../rollout/memory";
import { fingerprintOf } from "../../settings/fingerprint";
import { normalOverride } from "../../settings/override";
import { NO_PASSWORD } from "../../settings/settings";
import { checkMasks } from "./checks";
import { earlierImage } from "./earlier-image";
import { movedData } from "./moved-data";
import { type AppDraft, type AppState, rows } from "./schema";
import { planSecrets } from "./secrets";

type PlanContext = ModifyPlanContext<unknown, AppDraft, AppState>;

export function refinePlan(planned: AppDraft, context: PlanContext, app: App | undefined): Partial<AppDraft> {
  const { config, state: prior, diagnostics } = context;
  const refined: Partial<AppDraft> = { applied: true, ...planSecrets(planned, context, app) };
  const savedAuth = app === undefined ? (prior?.basic_auth ?? undefined) : app.basicAuth;
  // a plan that is only looked at needs no secret
  if (savedAuth === undefined && lacksPassword(config.basic_auth)) diagnostics.addWarning(...NO_PASSWORD);
  checkMasks(planned, prior, app, diagnostics);
  if (prior === null) return refined;
  const same = sameMeaning(planned, prior);
  const next = { ...planned, ...refined, ...same, ...nothingYet(planned, config, prior) };
  const deploys = isDeployPlanned({ ...context, state: prior }, next);
  if (deploys && config.image === null) Object.assign(next, { image: UNKNOWN });
  if (deploys) Object.assign(next, { deployed_version: UNKNOWN });
  if (next.web_app !== prior.web_app) Object.assign(next, { url: UNKNOWN });
  for (const { from, to } of movedData(prior, next)) {
    diagnostics.addWarning(`${prior.name} leaves its data in ${from}`, {
      detail: `After the apply it has ${to}. CapRover copies no data. What is in the old place stays there.`,
      path: ["volumes"],
    });
  }
  const earlier = prior.volumes.length > 0 ? earlierImage(prior, next) : undefined;
  if (earlier !== undefined) {
    diagnostics.addWarning(`${prior.name} goes back from ${earlier.from} to ${earlier.to}`, {
      detail:
        "The later version wrote its data, and an earlier one may not be able to read it. Restore a backup from before the upgrade too, unless the earlier version is known to read it.",
      path: [prior.captain_definition === null ? "image" : "captain_definition"],
    });
  }
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

/** An app without an image or an address has none after a change of something else either. */
function nothingYet(planned: AppDraft, config: AppDraft, prior: AppState): Partial<AppDraft> {
  return {
    ...(planned.image === UNKNOWN && config.image === null ? { image: prior.image } : {}),
    ...(planned.url === UNKNOWN ? { url: prior.url } : {}),
  };
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

/** An image that the plan does not change is deployed again only when its last deploy may not have taken effect. */
function isDeployPlanned(
  { config, state: prior, privateState }: PlanContext & { readonly state: AppState },
  next: AppDraft,
): boolean {
  const again = prior.applied === false && isDeployInDoubt(privateState);
  const isPlanned = (name: "image" | "captain_definition") =>
    config[name] !== null && (again || next[name] !== prior[name]);
  return isPlanned("image") || isPlanned("captain_definition");
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
