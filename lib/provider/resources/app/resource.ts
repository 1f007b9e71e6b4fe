import { isKnown, TerraformError, UNKNOWN } from "../../../terraform-plugin";
import type { App } from "../../captain/app";
import type { AppList } from "../../captain/client";
import { overtaken } from "../../captain/errors";
import type { CaptainContext } from "../../rollout/connection";
import { sketchOf } from "../../rollout/definition-watch";
import { recall, recallSeen, remember, rememberDoubt, rememberSeen, settled } from "../../rollout/memory";
import { doubtful } from "../../rollout/planner";
import { AppRunner, type RunOptions } from "../../rollout/runner";
import type { Target } from "../../rollout/target";
import { SecretDigests } from "../../secrets/digests";
import { leftInForce } from "../../settings/settings";
import { sourceOf } from "../../settings/volumes";
import { resource } from "../definitions";
import { planToDestroy } from "../existing";
import { cachedProjects } from "../projects";
import { adoptedFrom, appThing, planAdoption } from "./adoption";
import {
  checkCaptain,
  checkHeldVolumes,
  checkKeptSecrets,
  checkMounts,
  checkNginx,
  checkPlan,
  checkProject,
  claimVolumes,
} from "./checks";
import { computedOf } from "./computed";
import { checkApp } from "./config-checks";
import { deleteApp } from "./deletion";
import { importApp } from "./import";
import { refinePlan } from "./plan";
import { checkPorts } from "./port-checks";
import { type AppPlanned, type AppState, attributes } from "./schema";
import { secretsOf, settledVersions } from "./secrets";
import { asPlanned, rememberSecrets, stateOf } from "./state";
import { claimsOf, isBehindUnknownPassword, targetOf, volumesOf } from "./target";

const HOUR = 3600;

export const appResource = resource({
  description: "An app on CapRover: its configuration, its image and its container.",
  attributes,
  timeoutSeconds: { create: HOUR, update: HOUR, delete: HOUR },

  validateConfig: checkApp,

  async modifyPlan(planned, context) {
    const { state: prior, providerData, signal } = context;
    const kept = prior === null ? {} : { adopted: prior.adopted };
    if (!providerData.isConfigured) return { ...refinePlan(planned, context, undefined), ...kept };
    const list = await providerData.captain.cachedApps(signal);
    const { coordination } = providerData;
    if (prior !== null) coordination.lives.hold(appThing(prior.name));
    checkPlan(planned, prior, list, coordination.planned);
    checkPorts(planned, prior, list, coordination.apps);
    if (planned.project_id !== prior?.project_id && typeof planned.project_id === "string") {
      await checkProject(providerData.captain, planned.project_id, signal, cachedProjects);
    }
    if (prior !== null && coordination.refreshed.has(prior.name) && planned.deploy_token_enabled !== false) {
      coordination.plannedTokens.add(prior.name);
    }
    const app = prior === null ? undefined : list.apps.get(prior.name);
    const refined = refinePlan(planned, context, app);
    if (app !== undefined && refined.deployed_version === UNKNOWN) await warnOfPull(app, context);
    return { ...refined, ...(prior === null ? { adopted: planAdoption(planned, context, list) } : kept) };
  },

  async planDestroy(state, { diagnostics, providerData }) {
    planToDestroy(appThing(state.name), providerData.coordination);
    providerData.coordination.apps.planGone(state.name);
    if (!state.deletion_protection) return;
    diagnostics.addError(`${state.name} is protected against destruction`, {
      detail: "Set deletion_protection = false and apply it, then destroy.",
      path: ["deletion_protection"],
    });
  },

  async create(planned, context) {
    const asked = targetOf(planned, secretsOf(context.config, planned, null), null);
    const target = await lockedOnSeveralNodes(asked, context);
    warnOfUnasked(planned, target, context);
    const { captain, coordination } = context.providerData;
    return coordination.inTurn(planned.name, async () => {
      claimVolumes(coordination.taken, planned.name, claimsOf(planned));
      await checkProject(captain, planned.project_id, context.signal);
      const adopted = isKnown(planned.adopted) ? planned.adopted : null;
      const wish = {
        persistent: planned.persistent,
        projectId: planned.project_id,
        target,
        secretKeys: Object.keys(target.settings.secretEnvironment),
      };
      const adopt = (app: App) => {
        const found = adoptedFrom(app, wish, { run: context.providerData.run, nowMs: captain.nowMs() });
        // it was made after the plan
        if (found !== null && found !== adopted) throw overtaken(app.name, Date.parse(found));
      };
      const check = (list: AppList) => {
        checkHeldVolumes(list, planned, null);
        checkKeptSecrets(list.apps.get(planned.name), target);
        checkNginx(list.apps.get(planned.name), list, planned);
      };
      const made = await bring(target, context, { adopt, check });
      return { ...made, ...settledVersions(planned, null), adopted };
    });
  },

  async read(state, context) {
    const { captain, coordination } = context.providerData;
    coordination.lives.hold(appThing(state.name));
    const list = await captain.cachedApps(context.signal);
    coordination.refreshed.add(state.name);
    checkCaptain(list, state);
    const app = list.apps.get(state.name);
    if (app === undefined) return null;
    rememberSeen(context.privateState, app);
    const doubt = doubtful(app, recall(context.privateState));
    const found = stateOf(
      app,
      list,
      captain,
      { ...state, applied: true },
      SecretDigests.read(context.privateState),
      state.lock_port !== null && (await captain.hasSeveralNodes(context.signal)),
    );
    rememberDoubt(context.privateState, doubt);
    return doubt.stamp === undefined ? found : { ...found, applied: false };
  },

  async update(planned, context) {
    const { captain, coordination } = context.providerData;
    const asked = targetOf(planned, secretsOf(context.config, planned, context.state), context.state);
    const target = await lockedOnSeveralNodes(asked, context);
    warnOfUnasked(planned, target, context);
    return coordination.inTurn(planned.name, async () => {
      claimVolumes(coordination.taken, planned.name, [...claimsOf(context.state), ...claimsOf(planned)]);
      if (planned.project_id !== context.state.project_id) {
        await checkProject(captain, planned.project_id, context.signal);
      }
      const check = (list: AppList) => {
        checkCaptain(list, context.state);
        checkHeldVolumes(list, planned, context.state);
        const app = list.apps.get(planned.name);
        checkNginx(app, list, planned);
        checkKeptSecrets(app, target);
        if (app !== undefined) checkMounts(app);
        const left = app === undefined ? [] : leftInForce(app, target.settings);
        if (left.length > 0) {
          context.diagnostics.addWarning(`Removed settings of ${planned.name} stay in force`, {
            detail: `CapRover can't reset ${left.join(", ")}. Set them to another value, or replace the app.`,
            path: ["service_override"],
          });
        }
      };
      const result = {
        ...asPlanned(planned, await bring(target, context, { check })),
        ...settledVersions(planned, context.state),
        adopted: context.state.adopted,
      };
      await handOver(context, planned);
      return result;
    });
  },

  async delete(state, context) {
    if (state.deletion_protection) {
      throw new TerraformError(`${state.name} is protected against destruction`, {
        path: ["deletion_protection"],
      });
    }
    const { coordination } = context.providerData;
    await coordination.inTurn(state.name, async () => {
      claimVolumes(coordination.taken, state.name, claimsOf(state));
      await deleteApp(state, context);
      coordination.taken.release(state.name, []);
    });
  },

  importState: importApp,
});

/**
 * CapRover pulls on its own node. Another node pulls only after it has stopped the old container of an app with data.
 */
async function warnOfPull(
  { name, nodeId, volumes }: App,
  { providerData: { captain }, signal, diagnostics }: CaptainContext,
): Promise<void> {
  if (nodeId === "" || volumes.length === 0 || nodeId === (await captain.ownNode(signal))) return;
  diagnostics.addWarning(`${name} is down while its node pulls the new image`, {
    detail: `Node ${nodeId} is not the one that CapRover runs on, so it pulls the image after it has stopped the old container. If the pull takes long, run docker pull on that node before the apply.`,
    path: ["image"],
  });
}

/** On one node nobody starts a second container, and a port that something else holds would keep the app from starting. */
async function lockedOnSeveralNodes(
  target: Target,
  { providerData, signal }: Pick<CaptainContext, "providerData" | "signal">,
): Promise<Target> {
  const { settings } = target;
  if (settings.lockPort === null || (await providerData.captain.hasSeveralNodes(signal))) return target;
  return { ...target, settings: { ...settings, lockPort: null } };
}

function warnOfUnasked(
  planned: AppPlanned,
  { settings }: Target,
  { diagnostics }: Pick<CaptainContext, "diagnostics">,
): void {
  if (!isBehindUnknownPassword(planned, settings)) return;
  diagnostics.addWarning(`${planned.name} is not asked whether it is ready`, {
    detail:
      "nginx asks for a password at its address, and the configuration has none, so that the saved one stays. Give basic_auth.password_wo, or let ready name a log_line.",
    path: ["ready", "http"],
  });
}

/** A volume that an app no longer has is free for another app once the container that had it must have stopped. */
async function handOver(
  {
    state: prior,
    providerData: { captain, coordination },
    signal,
  }: CaptainContext & { readonly state: AppState },
  planned: Pick<AppState, "name" | "volumes">,
): Promise<void> {
  const kept = volumesOf(planned).map(sourceOf);
  const keepsAll = volumesOf(prior).every((volume) => kept.includes(sourceOf(volume)));
  const { quietAtMs = 0 } = coordination.settled.get(planned.name) ?? {};
  if (!keepsAll) await captain.clock.sleep((quietAtMs - captain.clock.milliseconds()) / 1000, signal);
  coordination.taken.release(planned.name, kept);
}

/** Brings the app to the target, and keeps what the next process needs to know. */
async function bring(
  target: Target,
  { providerData, log, signal, privateState }: CaptainContext,
  options: Pick<RunOptions, "adopt" | "check">,
) {
  const { captain, coordination, run } = providerData;
  const remembered = recall(privateState);
  const firstSight = { run, seen: recallSeen(privateState) };
  const runner = new AppRunner(target, { captain, log, signal, remembered, firstSight, ...options });
  try {
    const { app, list } = await runner.run();
    const { environment, secretEnvironment } = target.settings;
    const secretKeys = Object.keys(secretEnvironment).filter((key) => !Object.hasOwn(environment, key));
    remember(privateState, settled(app, runner.quietAtServerMs));
    rememberSeen(privateState, app);
    coordination.settled.set(app.name, { sketch: sketchOf(app), quietAtMs: runner.quietAtMs });
    rememberSecrets(privateState, app, secretKeys);
    return {
      ...computedOf(app, list, captain),
      applied: true,
      secret_environment_keys: secretKeys.sort(),
    };
  } catch (error) {
    const confirmed = runner.isInDoubt ? new Set<string>() : remembered.confirmed;
    remember(privateState, { ...remembered, confirmed, quietAtServerMs: runner.quietAtServerMs });
    if (!runner.hasYielded && runner.lastSeen !== undefined) rememberSeen(privateState, runner.lastSeen);
    // Terraform would replace an app whose creation failed, so the state gets none: the next apply finds the app again
    if (options.adopt !== undefined) await runner.park();
    throw error;
  }
}
