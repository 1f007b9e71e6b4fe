/** Checks of a plan against what is on the server, before anything is written. */
import { type Diagnostics, isKnown, TerraformError } from "../../../terraform-plugin";
import type { App } from "../../captain/app";
import type { AppList, Captain } from "../../captain/client";
import type { Target } from "../../rollout/target";
import type { Claim, VolumeClaims } from "../../rollout/volume-claims";
import { patchNginx } from "../../settings/nginx-config";
import { foreignMounts } from "../../settings/override";
import { heldElsewhere, sourceOf } from "../../settings/volumes";
import { isMask } from "../../settings/wanted-value";
import { listProjects } from "../projects";
import { nginxOf } from "./attributes/network";
import type { AppDraft, AppState } from "./schema";
import { claimsOf, volumesOf } from "./target";

/** A value that a state only masks is kept, so there has to be one. */
export function checkMasks(
  { environment }: Pick<AppDraft, "environment">,
  prior: AppState | null,
  app: App | undefined,
  diagnostics: Diagnostics,
): void {
  if (!isKnown(environment) || environment === null || (prior !== null && app === undefined)) return;
  for (const [key, value] of Object.entries(environment)) {
    if (typeof value !== "string" || !isMask(value) || prior?.environment[key] === value) continue;
    if (app?.envVars.some((one) => one.key === key)) continue;
    diagnostics.addError(`There is no saved value of ${key}`, {
      path: ["environment", key],
      detail: `"${value}" is what a plan shows in place of a value, which is kept as CapRover has it. Give the value itself.`,
    });
  }
}

/** Checks a plan against the server's apps, as far as the plan is known. */
export function checkPlan(
  planned: AppDraft,
  prior: AppState | null,
  list: AppList,
  claims: VolumeClaims,
): void {
  const { volumes, name, nginx } = planned;
  const app = prior === null || name !== prior.name ? undefined : list.apps.get(prior.name);
  if (prior !== null) {
    checkProtection(planned, prior);
    checkReplacement(planned, prior, list.apps.get(prior.name));
  }
  if (app !== undefined) checkNode(planned, app);
  if (typeof name === "string" && isKnown(name) && isKnown(volumes) && volumes !== null) {
    const known = volumes.filter(isKnown).flatMap((one) =>
      typeof one.container_path === "string" && isKnown(one.name) && isKnown(one.host_path)
        ? [
            {
              container_path: one.container_path,
              name: one.name,
              host_path: one.host_path,
              read_only: one.read_only === true,
              shared: one.shared === true,
            },
          ]
        : [],
    );
    claimVolumes(claims, name, claimsOf({ volumes: known }));
    if (app !== undefined) checkHeldVolumes(list, { name, volumes: known }, prior);
  }
  if (typeof planned.lock_port === "number" && typeof name === "string") {
    const taken = claims.claim(name, [{ source: `UDP port ${planned.lock_port}`, isShared: false }]);
    if (taken !== undefined) {
      throw new TerraformError(`The ${taken.source} is the lock_port of app "${taken.holder}" too`, {
        detail: "Only one of them could run. Give each app another port.",
        path: ["lock_port"],
      });
    }
  }
  if (!isKnown(nginx) || nginx === null) return;
  const { proxy_read_timeout_seconds: timeout, client_max_body_size_mib: size } = nginx;
  if (isKnown(timeout) && isKnown(size)) {
    checkNginx(app, list, {
      nginx: { proxy_read_timeout_seconds: timeout, client_max_body_size_mib: size },
    });
  }
}

/** A replacement destroys the app, which its protection would stop halfway. */
function checkProtection({ name, persistent }: AppDraft, prior: AppState): void {
  const isReplaced =
    [name, persistent].every(isKnown) && (name !== prior.name || persistent !== prior.persistent);
  if (!isReplaced || !prior.deletion_protection) return;
  const what = name === prior.name ? "persistent" : "name";
  throw new TerraformError(`${prior.name} is protected against destruction`, {
    detail: `A change of ${what} replaces the app. Set deletion_protection = false and apply it, then change ${what}.`,
    path: [what],
  });
}

/** Replacing an app that CapRover made before 1.15 would give it other volumes: their names have a prefix. */
function checkReplacement(planned: AppDraft, prior: AppState, app: App | undefined): void {
  const replaced = planned.name !== prior.name || planned.persistent !== prior.persistent;
  const named = app?.volumes.some((volume) => "volumeName" in volume) ?? false;
  if (!replaced || app === undefined || !app.isLegacy || !app.canPatch || !named) return;
  throw new TerraformError(`Replacing ${prior.name} would lose its volumes`, {
    detail:
      "CapRover made it before 1.15, and its volumes are called captain--…. A new app would get empty volumes. Keep name and persistent, or copy the data first.",
    path: [planned.name === prior.name ? "persistent" : "name"],
  });
}

/**
 * Two apps on one volume are two containers on the same data. Only new volumes are checked: when another app mounted a
 * volume later, the app that had it first can still be changed and destroyed.
 */
export function checkHeldVolumes(
  list: AppList,
  planned: Pick<AppState, "name" | "volumes">,
  prior: Pick<AppState, "volumes"> | null,
): void {
  const own = (prior === null ? [] : claimsOf(prior)).filter(({ isShared }) => !isShared);
  const had = new Set(own.map(({ source }) => source));
  const alone = planned.volumes.filter(({ shared }) => shared !== true);
  const fresh = volumesOf({ volumes: alone }).filter((volume) => !had.has(sourceOf(volume)));
  const [held] = heldElsewhere(list.apps, planned.name, fresh);
  if (held !== undefined) throw sharedData(held.volume, `is mounted by app "${held.heldBy}" already`);
}

/** Claims the volumes for an app, among all apps that this process plans or changes. */
export function claimVolumes(claims: VolumeClaims, appName: string, wanted: readonly Claim[]): void {
  const taken = claims.claim(appName, wanted);
  if (taken !== undefined) throw sharedData(taken.source, `is for app "${taken.holder}" too`);
}

function sharedData(source: string, problem: string): TerraformError {
  return new TerraformError(`"${source}" ${problem}`, {
    detail:
      "Two apps must not have the same data by accident. If they are meant to share it, such as a socket or a file of the node, set shared = true on the volume of each. Don't use create_before_destroy here: the old app has to be destroyed first. To move the data from one app to another, let the new one depend on the old one.",
    path: ["volumes"],
  });
}

/** A named volume is on one node. On another node the app would start with an empty volume of that name. */
function checkNode(planned: AppDraft, app: App): void {
  const { node_id: node } = planned;
  const named = app.volumes.filter((volume) => "volumeName" in volume);
  if (typeof node !== "string" || app.nodeId === "" || node === app.nodeId || named.length === 0) return;
  const names = named.map(sourceOf).join(", ");
  throw new TerraformError(`The data of ${app.name} is on node ${app.nodeId}`, {
    detail: `On ${node} it would start with an empty volume instead of ${names}. To move it, stop the app, copy the volumes to that node, choose the node in CapRover's dashboard, and plan again.`,
    path: ["node_id"],
  });
}

/** A variable that is null keeps the value that the app has. */
export function checkKeptSecrets(app: App | undefined, { settings }: Pick<Target, "settings">): void {
  const saved = new Set(app?.envVars.map(({ key }) => key));
  const lost = Object.entries(settings.secretEnvironment).flatMap(([name, { isKept, value }]) =>
    isKept && value === undefined && !saved.has(name) ? [name] : [],
  );
  if (lost.length === 0) return;
  throw new TerraformError(`secret_environment_wo has no value for ${lost.join(", ")}`, {
    detail:
      "A variable that is null keeps the value that the app has, and this app has none yet. Give the value, or leave the variable out.",
    path: ["secret_environment_wo"],
  });
}

/** A write replaces the override's mounts with those of `volumes` and `tmpfs`. */
export function checkMounts(app: App): void {
  const [mount] = foreignMounts(app);
  if (mount === undefined) return;
  throw new TerraformError(
    `The service override of ${app.name} mounts ${mount}, which is not in its volumes`,
    {
      detail:
        "The first change would remove that mount, and the app would start without its data. In CapRover's dashboard add it as a persistent directory, remove the mount from the override, check that the app has its data, and try again.",
      path: ["volumes"],
    },
  );
}

/** A template whose lines can't be found is not changed, and neither is its app. */
export function checkNginx(
  app: Pick<App, "name" | "nginxConfig"> | undefined,
  list: AppList,
  planned: Pick<AppState, "nginx">,
): void {
  const saved = app?.nginxConfig ?? "";
  const patched = patchNginx(saved, list.defaultNginxConfig, nginxOf(planned.nginx));
  if ("text" in patched) return;
  throw new TerraformError("The app's nginx template has no line for the nginx settings", {
    detail:
      saved === ""
        ? `It is CapRover's own template, and ${patched.problem}. Leave nginx out, and write a template for the app in CapRover's dashboard.`
        : `Somebody wrote it in CapRover's dashboard, and ${patched.problem}. Either write the settings there and leave nginx out, or clear the template there to go back to CapRover's own.`,
    path: ["nginx"],
  });
}

/** The project has to exist before an image is deployed into the app. */
export async function checkProject(
  captain: Captain,
  projectId: string,
  signal: AbortSignal,
  list: typeof listProjects = listProjects,
): Promise<void> {
  if (projectId === "") return;
  const projects = await list(captain, signal);
  if (projects.some(({ id }) => id === projectId)) return;
  throw new TerraformError(`There is no project with the id "${projectId}"`, {
    detail: "Give the id of a caprover_project, or leave project_id out.",
    path: ["project_id"],
  });
}

export function checkCaptain(list: AppList, state: Pick<AppState, "name" | "root_domain">): void {
  const known = state.root_domain ?? "";
  if (known === "" || known === list.rootDomain) return;
  throw new TerraformError(`${state.name} is on another CapRover server`, {
    detail: `Its state names the root domain "${known}", and this server has "${list.rootDomain}". Give the provider the right address. If the server's root domain was changed, remove the app from the state and import it.`,
  });
}
