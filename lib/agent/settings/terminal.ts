import { TERMINAL_BACKEND, terminalSetting } from "../../hermes/terminal";
import { isUnresolved } from "../../support/tokens";
import type { AgentSettings } from "./agent-settings";

export interface GivenBackend {
  /** The prop that says it. */
  readonly prop: string;
  readonly name: string;
}

/** Where commands run, if the program says it and it is known here. config.yaml wins over the variable. */
export function terminalBackendOf({ terminal, config, env = {} }: AgentSettings): GivenBackend | undefined {
  if (terminal !== undefined) return { prop: "terminal", name: terminal.backend };
  const { variable, configKey } = TERMINAL_BACKEND;
  const given = [
    { prop: `config.terminal.${configKey}`, value: terminalSetting(config, configKey) },
    { prop: `env.${variable}`, value: env[variable] },
  ].find(({ value }) => value !== undefined && value !== "");
  if (typeof given?.value !== "string" || isUnresolved(given.value)) return undefined;
  return { prop: given.prop, name: given.value };
}
