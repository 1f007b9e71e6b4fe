/** How the agent's terminal logs in to where it works: tokens, a key, and the files beside it. */
import { Fn, Token } from "cdktf";
import { type PublicFile, sshFiles, TERMINAL_KEY_PATH, tlsFiles } from "../boot/terminal-login";
import type { Declared } from "../container-spec";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { ANY_SECRET, ENCODED_PRIVATE_KEY } from "../hermes/secret-checks";
import { inSecretsFile, type Secret } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import type { SecretVariable } from "./settings/secret-variable";
import type { TerminalSettings } from "./settings/terminal-props";
import { rowsOf } from "./settings/terminal-values";

/** Tokens that Hermes reads as variables. */
export function terminalTokens(terminal: TerminalSettings | undefined): readonly SecretVariable[] {
  if (terminal === undefined) return [];
  return rowsOf(terminal).flatMap(({ prop, row, value }): SecretVariable[] =>
    row.kind === "secret" && row.variable !== undefined && isSecret(value)
      ? [{ name: row.variable, prop: `terminal.${prop}`, value, checks: row.checks }]
      : [],
  );
}

/** The key, which becomes a file. Nothing of Hermes has it as a variable. */
export function terminalKey(terminal: TerminalSettings | undefined): readonly SecretVariable[] {
  const login = terminal && loginOf(terminal);
  if (login === undefined) return [];
  const { variable } = CONTAINER_VARIABLES.terminalKey;
  const checks = [ANY_SECRET, ENCODED_PRIVATE_KEY];
  return [{ name: variable, prop: login.prop, value: encoded(login.key), checks }];
}

/** What is declared, with the key's file. One of a secrets file reaches the container by that file. */
export function withKeyFile(declared: Declared, [key]: readonly SecretVariable[]): Declared {
  if (key === undefined) return declared;
  const { declaration, values } = declared;
  return {
    declaration: { ...declaration, secretFiles: { [TERMINAL_KEY_PATH]: { from: key.name } } },
    values: { ...values, ...(typeof key.value === "string" && { [key.name]: key.value }) },
  };
}

/** What anybody may read of it. */
export function terminalFiles(terminal: TerminalSettings | undefined): readonly PublicFile[] {
  if (terminal?.backend === "ssh") return sshFiles(terminal.host, terminal.hostKeys);
  if (terminal?.backend !== "docker") return [];
  const { ssh, tls } = terminal.engine;
  if (ssh !== undefined) return sshFiles(ssh.host, ssh.hostKeys);
  return tls === undefined ? [] : tlsFiles(tls.ca, tls.certificate);
}

function loginOf(terminal: TerminalSettings): { readonly prop: string; readonly key: Secret } | undefined {
  if (terminal.backend === "ssh") return { prop: "terminal.key", key: terminal.key };
  if (terminal.backend !== "docker") return undefined;
  const { ssh, tls } = terminal.engine;
  if (ssh !== undefined) return { prop: "terminal.engine.ssh.key", key: ssh.key };
  return tls && { prop: "terminal.engine.tls.key", key: tls.key };
}

/** A literal stays one, for the rule that refuses it; and so does null (`one([])`), which keeps what a CapRover app has. */
function encoded(key: Secret): Secret {
  if (typeof key !== "string" || !isUnresolved(key)) return key;
  return Token.asString(Fn.try([Fn.base64encode(key), Fn.one([])]));
}

function isSecret(value: unknown): value is Secret {
  return typeof value === "string" || value === inSecretsFile;
}
