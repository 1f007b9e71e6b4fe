/**
 * Where Hermes runs the commands of its agent, by its name for each place. Read in 0.17.0 to 0.19.0
 * (tools/terminal_tool.py).
 */
import type { ConfigValue } from "./managed-config";
import { TERMINAL_SETTINGS } from "./terminal-settings";

export interface TerminalBackend {
  /** Directories of the place in which the agent works; the write guard asks for them as for its own. */
  readonly directories: readonly string[];
  /** Settings without which no command runs: the variable, and the key of `terminal` in config.yaml. */
  readonly needs: readonly { readonly variable: string; readonly configKey?: string }[];
}

const SANDBOX: TerminalBackend = { directories: ["/workspace", "/root"], needs: [] };

export const TERMINAL_BACKENDS: Readonly<Record<string, TerminalBackend>> = {
  local: { directories: [], needs: [] },
  docker: SANDBOX,
  singularity: SANDBOX,
  /** Its login may be a file of the volume, or that of Nous Portal. */
  modal: SANDBOX,
  daytona: { ...SANDBOX, needs: [TERMINAL_SETTINGS.daytona.apiKey] },
  /** Only its user knows the directories. */
  ssh: {
    directories: [],
    needs: [TERMINAL_SETTINGS.ssh.host, TERMINAL_SETTINGS.ssh.user],
  },
};

export const TERMINAL_BACKEND = { variable: "TERMINAL_ENV", configKey: "backend" } as const;

/** The engine of the docker backend, if it is not the socket. */
export const DOCKER_HOST_VARIABLE = "DOCKER_HOST";

/** A key of `terminal` in config.yaml, which wins over its variable. */
export function terminalSetting(
  config: { readonly [key: string]: ConfigValue } | undefined,
  key: string,
): ConfigValue | undefined {
  const terminal = config?.["terminal"];
  if (typeof terminal !== "object" || terminal === null || Array.isArray(terminal)) return undefined;
  return Object.entries(terminal).find(([name]) => name === key)?.[1];
}
