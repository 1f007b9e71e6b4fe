import { TerraformError } from "../../../terraform-plugin";
import { API_STATUS, isDone } from "../../captain/api-status";
import { type App, hasOnlyPlaceholder } from "../../captain/app";
import { refusal } from "../../captain/errors";
import { textsAt } from "../../captain/json";
import type { CaptainContext } from "../../rollout/connection";
import { DefinitionWatch } from "../../rollout/definition-watch";
import { recall, remember } from "../../rollout/memory";
import { windowSeconds } from "../../rollout/quiet-window";
import { writeApp } from "../../rollout/write";
import { newStamp } from "../../settings/stamp";
import { checkCaptain } from "./checks";
import type { AppState } from "./schema";
import { volumeNames } from "./target";

const ATTEMPTS = 5;
const RETRY_SECONDS = 2;

/**
 * Deletes an app and waits until its container must have stopped: CapRover answers after 2 s, while it still runs.
 * Volumes can be deleted only when nothing mounts them, so an app is stopped first when its volumes are deleted with
 * it.
 */
export async function deleteApp(state: AppState, context: CaptainContext): Promise<void> {
  const { providerData, signal, privateState, log } = context;
  const { captain } = providerData;
  const { clock } = captain;
  const longestStopSeconds = Math.max(state.stop_grace_seconds ?? 0, state.stop_wait_seconds ?? 0);
  const remembered = recall(privateState);
  const watch = new DefinitionWatch(remembered.sketch);
  let quietAtMs = clock.milliseconds() + remembered.quietAtServerMs - captain.nowMs();
  let stopped = false;
  let last: App | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const list = await captain.apps(signal);
    checkCaptain(list, state);
    const app = list.apps.get(state.name);
    if (app === undefined) {
      // an earlier attempt took effect
      if (last !== undefined) await waitForStop(last);
      return;
    }
    last = app;
    watch.look(app, clock.milliseconds());
    if (app.isBuilding) {
      attempt--;
      await clock.sleep(RETRY_SECONDS, signal);
      continue;
    }
    const windowMs = () => windowSeconds(app, { longestStopSeconds }) * 1000;
    const volumes =
      state.delete_volumes && app.persistent && !hasOnlyPlaceholder(app) ? volumeNames(state) : [];
    if (volumes.length > 0 && !isStopped(app)) {
      log.info(`${app.name}: stop`, { why: "its volumes are deleted with it" });
      const stamp = newStamp(providerData.run, captain.nowMs(), windowSeconds(app, { longestStopSeconds }));
      const outcome = await writeApp(captain, app, { instanceCount: 0 }, [stamp], signal);
      quietAtMs = clock.milliseconds() + windowMs();
      remember(privateState, { ...remembered, quietAtServerMs: captain.nowMs() + windowMs() });
      if (outcome.kind === "uncertain") continue;
      if (!isDone(outcome.status)) throw refusal({ call: `stop app "${app.name}"`, ...outcome });
      stopped = true;
    }
    if (volumes.length > 0) await clock.sleep((quietAtMs - clock.milliseconds()) / 1000, signal);
    const outcome = await captain.write(
      "POST",
      "/user/apps/appDefinitions/delete",
      { appName: app.name, ...(volumes.length === 0 ? {} : { volumes }) },
      signal,
    );
    if (outcome.kind === "uncertain") {
      await clock.sleep(RETRY_SECONDS, signal);
      continue;
    }
    if (isDone(outcome.status)) {
      const left =
        outcome.status === API_STATUS.partlyDone ? textsAt(outcome.data, "volumesFailedToDelete") : [];
      if (left.length > 0) {
        context.diagnostics.addWarning(
          `${app.name} is destroyed, but some of its volumes may be left: ${left.join(", ")}`,
          {
            detail:
              "CapRover could not delete them: something still mounts them, or they were never made. On the node, list them with docker volume ls and remove them with docker volume rm.",
          },
        );
      }
      await waitForStop(app);
      return;
    }
    if (!/could not be found/i.test(outcome.description)) {
      throw refusal({ call: `delete app "${app.name}"`, ...outcome });
    }
  }
  throw new TerraformError(`It is not known whether CapRover deleted ${state.name}`, {
    detail: `CapRover gave no answer ${ATTEMPTS} times. The next apply tries again.`,
  });

  /**
   * CapRover may save zero instances and die before it tells the engine. Only an answer counts, or zero instances in a
   * definition that this provider remembers.
   */
  function isStopped(app: App): boolean {
    return stopped || (app.instanceCount === 0 && watch.strangeSinceMs === undefined);
  }

  async function waitForStop(app: App): Promise<void> {
    const waitMs = isStopped(app)
      ? quietAtMs - clock.milliseconds()
      : windowSeconds(app, { longestStopSeconds }) * 1000;
    if (app.persistent) await clock.sleep(waitMs / 1000, signal);
  }
}
