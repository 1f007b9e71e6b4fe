import type { Container } from "@cdktf/provider-docker/lib/container";
import { TerraformStack } from "cdktf";
import type { HealthCheck } from "../../server-spec";
import { AtSynthesis } from "../../support/at-synthesis";
import { admitsBelow4, dockerProviderConstraint } from "./provider-version";
import { goDuration, waitSeconds } from "./unapplied-settings";

/** What decides how a container starts, stops and is limited. */
interface Cared {
  readonly healthCheck: HealthCheck | undefined;
  readonly memoryMiB: number | undefined;
  readonly stopGraceSeconds: number;
}

const LOG_OPTIONS = { "max-size": "10m", "max-file": "5" };

/** Settings of every container, whatever runs in it. Numbers after # are issues of kreuzwerker/terraform-provider-docker. */
export function containerCare({ healthCheck, memoryMiB, stopGraceSeconds }: Cared) {
  return {
    restart: "unless-stopped",
    // Without a swap limit the engine sets twice the memory, which the provider would try to undo in every plan.
    ...(memoryMiB !== undefined && { memory: memoryMiB, memorySwap: memoryMiB }),
    // The engine's own default is read back, and would replace the container in every plan (#473).
    logDriver: "json-file",
    logOpts: LOG_OPTIONS,
    // Without it, replacing and destroying kill at once. `stop_timeout` is for `docker stop`.
    destroyGraceSeconds: stopGraceSeconds,
    stopTimeout: stopGraceSeconds,
    // True by default, which would remove a volume of the image together with the container.
    removeVolumes: false,
    ...(healthCheck && { wait: true, waitTimeout: waitSeconds(healthCheck) }),
  };
}

/** How long Terraform lets the provider work at a container that says nothing else. */
const USUAL_SECONDS = 1200;

/**
 * Terraform ends what the provider does after 20 minutes, however long it was told to wait (#254, #257). Version 4 lets a
 * container have another limit (#777), which the bindings do not know.
 */
export function allowTime(container: Container, seconds: number): void {
  if (seconds < USUAL_SECONDS) return;
  new AtSynthesis(container, "create-timeout", () => {
    if (admitsBelow4(dockerProviderConstraint(TerraformStack.of(container)))) return;
    container.addOverride("timeouts", { create: goDuration(seconds) });
  });
}
