import type { ConfigValue } from "../../hermes/managed-config";
import type { Secret } from "../../support/secret";
import type { ApiServerProps } from "./api-server";
import type { MessagingProps } from "./messaging";
import type { ModelProps } from "./model";

/** What an agent has once, or each of its profiles for itself. */
export interface ProfileProps {
  /** The OpenAI-compatible API server. @default - no API server */
  readonly apiServer?: ApiServerProps;
  /**
   * Pins the model in config.yaml, from v2026.6.19 on.
   * @default - what `hermes setup` or `hermes model` wrote to the volume
   */
  readonly model?: ModelProps;
  /**
   * Further settings to pin in config.yaml, from v2026.6.19 on. Text is written unchanged: `${NAME}` is Hermes' own
   * reference to a variable. Terraform fills in tokens.
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

const PROPS: Readonly<Record<keyof ProfileProps, true>> = {
  apiServer: true,
  model: true,
  config: true,
  messaging: true,
  secrets: true,
  env: true,
};

/** Whether a profile has a prop of that name. */
export function isProfileProp(name: string): name is keyof ProfileProps {
  return Object.hasOwn(PROPS, name);
}

/** What the settings of an agent say that a profile can have. */
export function profilePropsOf(settings: ProfileProps): ProfileProps {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isProfileProp(name)));
}
