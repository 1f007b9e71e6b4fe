/** How the agent's terminal logs in to where it works: the secrets, and the files beside them. */
import { Fn, Token } from "cdktf";
import { type PublicFile, sshFiles, tlsFiles } from "../boot/terminal-login";
import { CONTAINER_VARIABLES } from "../hermes/container-variables";
import { ANY_SECRET, ENCODED_PRIVATE_KEY } from "../hermes/secret-checks";
import { inSecretsFile, type Secret } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import type { SecretVariable } from "./settings/secret-variable";
import type { TerminalSettings } from "./settings/terminal-props";
import { rowsOf } from "./settings/terminal-values";

export function terminalSecrets(terminal: TerminalSettings | undefined): readonly SecretVariable[] {
  if (terminal === undefined) return [];
  const login = loginOf(terminal);
  const tokens = rowsOf(terminal).flatMap(({ prop, row, value }): SecretVariable[] =>
    row.kind === "secret" && row.variable !== undefined && isSecret(value)
      ? [{ name: row.variable, prop: `terminal.${prop}`, value, checks: row.checks }]
      : [],
  );
  if (login === undefined) return tokens;
  const { variable } = CONTAINER_VARIABLES.terminalKey;
  const checks = [ANY_SECRET, ENCODED_PRIVATE_KEY];
  return [...tokens, { name: variable, prop: login.prop, value: encoded(login.key), checks }];
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
  if (key === inSecretsFile || !isUnresolved(key)) return key;
  return Token.asString(Fn.try([Fn.base64encode(key), Fn.one([])]));
}

function isSecret(value: unknown): value is Secret {
  return typeof value === "string" || value === inSecretsFile;
}
