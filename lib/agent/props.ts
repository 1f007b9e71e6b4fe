/** The props of `HermesApp`: plain settings, and the constructs that they go with. */
import type { DashboardAuth } from "../dashboard-auth";
import type { HermesImage } from "../hermes-image";
import type { LocalModel } from "../local-model";
import type { PersistentDataVolume } from "../persistent-data-volume";
import type { Acknowledgements } from "../rules/review";
import type { HermesTarget, RuleId } from "../targets";
import type { AgentSettings } from "./settings/agent-settings";
import type { FallbackModel } from "./settings/mind";
import type { ModelProps } from "./settings/model";
import type { ProfileProps as ProfileSettings } from "./settings/profile-props";

/** What each of an agent's profiles has for itself. */
export interface ProfileProps extends Omit<ProfileSettings, "model" | "fallbackModels"> {
  /**
   * The model that answers: by its provider, or a `LocalModel`.
   * @default - what `hermes setup` or `hermes model` wrote to the volume
   */
  readonly model?: ModelProps | LocalModel;
  /** Models that answer when the first one does not, in this order. @default - none, or those on the volume */
  readonly fallbackModels?: readonly (FallbackModel | LocalModel)[];
}

/** What an agent runs, where, on which data, and with which settings. */
export interface HermesAppProps extends Omit<AgentSettings, "model" | "fallbackModels" | "profiles"> {
  /**
   * The image that runs. Declare it in an earlier stack: then a failed pull or build does not touch the running agent.
   */
  readonly image: HermesImage;
  /** Where `/opt/data` is stored. Two agents can't share it. */
  readonly data: PersistentDataVolume;
  /**
   * Where it runs, and the settings that only this target has: ports and networks on Docker, the address of a CapRover
   * app.
   * @default HermesTarget.docker() - with the stack's Docker provider
   */
  readonly target?: HermesTarget;
  /**
   * Name of the container or app; unique on its engine.
   * @default - the construct's id
   */
  readonly name?: string;
  /**
   * The model that answers: by its provider, or a `LocalModel`. It is pinned in the managed config.yaml, from v2026.6.19
   * on.
   * @default - what `hermes setup` or `hermes model` wrote to the volume
   */
  readonly model?: ModelProps | LocalModel;
  /** Models that answer when the first one does not, in this order. @default - none, or those on the volume */
  readonly fallbackModels?: readonly (FallbackModel | LocalModel)[];
  /**
   * Further profiles by name: agents of their own in the same container, with their own identity, model, platforms and
   * memory. They share the image, the volume and one user, so they are no protection from each other.
   * @default - none beside the agent itself, or those that `hermes profile create` made
   */
  readonly profiles?: { readonly [name: string]: ProfileProps };
  /** The dashboard, and who may see it. @default - no dashboard */
  readonly dashboard?: DashboardAuth;
  /**
   * Rules that may be broken here, each with the reason. The stack's metadata lists them.
   * @default - none
   */
  readonly acknowledge?: Acknowledgements<RuleId>;
}
