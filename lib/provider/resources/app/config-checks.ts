/** Checks of an app's configuration by itself, without the server. */
import { LONGEST_STOP_SECONDS, templatedKeys } from "../../../caprover-server/limits";
import { type Diagnostics, isKnown, type ValidateContext } from "../../../terraform-plugin";
import { overrideProblemWithVolumes } from "../../settings/override-text";
import { checkOwnPorts } from "./port-checks";
import type { AppDraft } from "./schema";

/** Checks that need several attributes. */
export function checkApp(config: AppDraft, { diagnostics }: ValidateContext): void {
  const { persistent, volumes, instance_count: count, image, captain_definition: definition } = config;
  const hasData = persistent === true;
  if (hasData && config.node_id === "") {
    diagnostics.addError("node_id is empty", {
      path: ["node_id"],
      detail: "An app with data runs on one node. Leave node_id out, or name the node.",
    });
  }
  const acceptsToken = config.deploy_token_enabled;
  if (typeof config.deploy_token_wo === "string" && isKnown(acceptsToken) && acceptsToken !== true) {
    diagnostics.addError("deploy_token_wo needs deploy_token_enabled = true", {
      path: ["deploy_token_wo"],
      detail: "CapRover keeps a token only for an app that accepts one.",
    });
  }
  if (isKnown(persistent) && !hasData && isKnown(volumes) && volumes !== null && volumes.length > 0) {
    diagnostics.addError("Volumes need persistent = true", {
      path: ["volumes"],
      detail: "CapRover mounts volumes only into apps with data.",
    });
  }
  if (hasData && typeof count === "number" && count > 1) {
    diagnostics.addError(`An app with data can run only once, not ${count} times`, {
      path: ["instance_count"],
      detail: "Several containers would destroy the data. Set 0 or 1.",
    });
  }
  if (typeof image === "string" && typeof definition === "string") {
    diagnostics.addError("Give image or captain_definition, not both", { path: ["captain_definition"] });
  }
  if (image === "")
    diagnostics.addError("image is empty", { path: ["image"], detail: "Leave it out, or name an image." });
  if (isKnown(volumes) && volumes !== null) {
    for (const volume of volumes) {
      if (!isKnown(volume) || !isKnown(volume.name) || !isKnown(volume.host_path)) continue;
      if ((volume.name === null) === (volume.host_path === null)) {
        diagnostics.addError("A volume has either a name or a host_path", { path: ["volumes"] });
      }
    }
  }
  const { lock_port: lock, ports } = config;
  if (typeof lock === "number" && isKnown(volumes) && (volumes ?? []).length === 0) {
    diagnostics.addError("lock_port needs volumes", {
      path: ["lock_port"],
      detail: "Without data several containers may run side by side.",
    });
  }
  if (
    typeof lock === "number" &&
    isKnown(ports) &&
    (ports ?? []).some((one) => isKnown(one) && one.host_port === lock)
  ) {
    diagnostics.addError(`Port ${lock} of the node is in ports too`, { path: ["lock_port"] });
  }
  if (isKnown(volumes) && volumes !== null && volumes.length > 0) checkServiceOfData(config, diagnostics);
  checkEnvironment(config, diagnostics);
  checkOwnPorts(config, diagnostics);
  const { ready, web_app: webApp } = config;
  if (isKnown(ready) && ready !== null && isKnown(ready.http) && ready.http !== null) {
    const { status, contains } = ready.http;
    if (webApp === false) diagnostics.addError("ready.http needs web_app = true", { path: ["ready"] });
    if (contains === null && (status === null || status === 200)) {
      diagnostics.addError("ready.http needs contains, or a status other than 200", {
        path: ["ready", "http"],
        detail: "CapRover answers 200 with a page of its own when the app is not there.",
      });
    }
  }
}

/** What is harmless, unless a container writes to volumes. */
function checkServiceOfData(
  {
    stop_grace_seconds: grace,
    service_override: override,
  }: Pick<AppDraft, "stop_grace_seconds" | "service_override">,
  diagnostics: Diagnostics,
): void {
  if (typeof grace === "number" && grace > LONGEST_STOP_SECONDS) {
    diagnostics.addError(
      `An app with volumes may take at most ${LONGEST_STOP_SECONDS} s to stop, not ${grace}`,
      {
        path: ["stop_grace_seconds"],
        detail:
          "Docker Swarm starts the next container a minute after it stops the previous one, whether that one has ended or not. Then both would write to the same data.",
      },
    );
  }
  const problem = typeof override === "string" ? overrideProblemWithVolumes(override) : undefined;
  if (problem !== undefined) {
    diagnostics.addError("The service override endangers the data", {
      path: ["service_override"],
      detail: `${problem}.`,
    });
  }
}

function checkEnvironment(config: AppDraft, diagnostics: Diagnostics): void {
  const { environment, secret_environment_wo: secret, environment_templates: templates } = config;
  const plain = isKnown(environment) ? (environment ?? {}) : {};
  const hidden = isKnown(secret) ? (secret ?? {}) : {};
  for (const key of Object.keys(hidden)) {
    if (key in plain) {
      diagnostics.addError(`The variable ${key} is set twice`, {
        path: ["environment", key],
        detail: "It is in environment and in secret_environment_wo. Keep one.",
      });
    }
  }
  if (templates !== false && templates !== null) return;
  const detail = "Docker Swarm replaces {{…}}. If you want that, set environment_templates = true.";
  for (const key of templatedKeys(plain)) {
    diagnostics.addError(`The value of ${key} holds {{`, { path: ["environment", key], detail });
  }
  for (const key of templatedKeys(hidden)) {
    diagnostics.addError(`The value of ${key} holds {{`, { path: ["secret_environment_wo"], detail });
  }
}
