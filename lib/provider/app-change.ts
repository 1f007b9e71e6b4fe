/** One change of a saved app by another resource than the app's own: with its waits, and without its stamp's nonce. */
import { TerraformError } from "../terraform-plugin";
import { isDone } from "./api-status";
import type { App } from "./app";
import { quietFromMs, windowSeconds } from "./app-planner";
import { type Changes, ownTags } from "./app-settings";
import type { Captain } from "./captain";
import { refusal } from "./captain-errors";
import type { CaptainContext } from "./definitions";
import { formatStamp, writeStamp } from "./stamp";

const ATTEMPTS = 4;
const POLL_SECONDS = 1;
/** What this resource can't know, CapRover shows: the app's own stop grace. */
const UNKNOWN_STOP = { longestStopSeconds: 0 };

/** @throws TerraformError when there is no such app */
export async function findApp(captain: Captain, appName: string, signal: AbortSignal): Promise<App> {
  const app = (await captain.apps(signal)).apps.get(appName);
  if (app !== undefined) return app;
  throw new TerraformError(`There is no app "${appName}" on the captain`, { at: ["app"] });
}

/**
 * @param changesFor looks at the app, which somebody may have changed meanwhile; empty when nothing is to do
 */
export async function changeApp(
  appName: string,
  call: string,
  changesFor: (app: App) => Changes,
  { client, signal }: CaptainContext,
): Promise<void> {
  const { captain } = client;
  const { clock } = captain;
  await captain.inTurn(appName, async () => {
    const sinceMs = clock.milliseconds();
    const toClockMs = (serverMs: number) => clock.milliseconds() + serverMs - captain.nowMs();
    let quietAtMs = 0;
    for (let attempt = 1; attempt <= ATTEMPTS; ) {
      const app = await findApp(captain, appName, signal);
      const changes = changesFor(app);
      if (Object.keys(changes).length === 0) return;
      const confirmed = new Set<string>();
      const memory = { confirmed, quietAtMs, version: app.deployedVersion };
      const waitMs = quietFromMs({ app, sinceMs, toClockMs }, UNKNOWN_STOP, memory) - clock.milliseconds();
      if (app.isBuilding || waitMs > 0) {
        await clock.sleep(app.isBuilding ? POLL_SECONDS : waitMs / 1000, signal);
        continue;
      }
      const windowLength = windowSeconds(app, UNKNOWN_STOP);
      const outcome = await captain.write(
        app.canPatch ? "PATCH" : "POST",
        "/user/apps/appDefinitions/update",
        {
          ...(app.canPatch ? {} : app.raw),
          ...changes,
          ...restamped(app, captain.nowMs(), windowLength),
          appName,
        },
        signal,
      );
      if (outcome.kind === "answer") {
        if (!isDone(outcome.status)) throw refusal({ call, ...outcome });
        return;
      }
      attempt++;
      quietAtMs = clock.milliseconds() + windowLength * 1000;
    }
    throw new TerraformError(`It is not known whether CapRover did ${call}`);
  });
}

/** The app's own resource knows its stamp by the nonce; everybody learns from its time when the last write was. */
function restamped(app: App, nowMs: number, windowLength: number): Changes {
  const stamp = writeStamp(app);
  if (stamp === undefined) return {};
  const next = formatStamp({ ...stamp, startedMs: nowMs, windowSeconds: windowLength });
  return { tags: [...ownTags(app), next].map((tagName) => ({ tagName })) };
}
