import type { ConfigValue } from "../../hermes/managed-config";
import type { Secret } from "../../support/secret";
import type { ApiServerProps } from "./api-server";
import type { MessagingProps } from "./messaging";
import { MIND_PROPS, type MindProps } from "./mind";
import type { ModelProps } from "./model";

/** What an agent has once, or each of its profiles for itself. */
export interface ProfileProps extends MindProps {
  /** The OpenAI-compatible API server. @default - no API server */
  readonly apiServer?: ApiServerProps;
  /**
   * Pins the model in config.yaml, from v2026.6.19 on.
   * @default - what `hermes setup` or `hermes model` wrote to the volume
   */
  readonly model?: ModelProps;
  /**
   * Further settings, from v2026.6.19 on. They are pinned in the managed config.yaml; those that Hermes does not read
   * there, and those of an agent with several profiles, are merged into config.yaml of the home at each boot. Text is
   * written unchanged: `${NAME}` is Hermes' own reference to a variable. Terraform fills in tokens.
   * @default - none
   */
  readonly config?: { readonly [key: string]: ConfigValue };
  /**
   * Chat platforms that the agent connects to.
   * @default - none, or what `hermes setup` wrote to the volume
   */
  readonly messaging?: MessagingProps;
  /**
   * Further secrets by variable name, such as `{ OPENROUTER_API_KEY: key.stringValue }`.
   * @default - none
   */
  readonly secrets?: { readonly [variable: string]: Secret };
  /**
   * Further plain environment. Variables that a prop sets, or that do harm, are refused. What the agent gives holds for its
   * profiles too, unless they give another value.
   * @default - none
   */
  readonly env?: { readonly [variable: string]: string };
}

const PROPS: Readonly<Record<Exclude<keyof ProfileProps, keyof MindProps>, true>> = {
  apiServer: true,
  model: true,
  config: true,
  messaging: true,
  secrets: true,
  env: true,
};

/** Whether a profile has a prop of that name. */
export function isProfileProp(name: string): name is keyof ProfileProps {
  return Object.hasOwn(PROPS, name) || MIND_PROPS.some((prop) => prop === name);
}

/** What the settings of an agent say that a profile can have. */
export function profilePropsOf(settings: ProfileProps): ProfileProps {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isProfileProp(name)));
}
