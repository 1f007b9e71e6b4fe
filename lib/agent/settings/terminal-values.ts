/** What `terminal` comes to for Hermes: settings of config.yaml, and the variables that say the same. */
import { Fn } from "cdktf";
import { DOCKER_CERTIFICATES_PATH, TERMINAL_KEY_PATH } from "../../boot/terminal-login";
import { DATA_PATH } from "../../hermes/container-contract";
import type { ConfigValue } from "../../hermes/managed-config";
import { hasFeature, type Release } from "../../hermes/releases";
import { TERMINAL_BACKEND } from "../../hermes/terminal";
import {
  DOCKER_CLIENT,
  SOCKET_PATH,
  SSH_KEY_FILE,
  TERMINAL_SETTINGS,
  type TerminalRow,
  type TerminalTable,
} from "../../hermes/terminal-settings";
import { isRecord } from "../../support/objects";
import { holdsToken, isToken, isUnresolved, numberText } from "../../support/tokens";
import type { DataSource } from "./agent-settings";
import type { MountProps } from "./mount-props";
import type { TerminalEngine, TerminalSettings } from "./terminal-props";

export interface TerminalValues {
  readonly config: { readonly [key: string]: ConfigValue };
  readonly variables: Readonly<Record<string, string>>;
}

export function terminalValues(
  terminal: TerminalSettings,
  source: DataSource,
  release: Release,
): TerminalValues {
  const config: Record<string, ConfigValue> = { [TERMINAL_BACKEND.configKey]: terminal.backend };
  const variables: Record<string, string> = { [TERMINAL_BACKEND.variable]: terminal.backend };
  for (const { row, value } of rowsOf(terminal, source)) {
    const said = value ?? row.off;
    if (row.kind === "secret" || said === undefined) continue;
    if (row.since !== undefined && !hasFeature(release, row.since)) continue;
    const setting = settingOf(row, said);
    if (row.configKey !== undefined) config[row.configKey] = setting;
    if (row.variable !== undefined) variables[row.variable] = variableOf(setting);
  }
  if (terminal.backend === "ssh") {
    config[SSH_KEY_FILE.configKey] = TERMINAL_KEY_PATH;
    variables[SSH_KEY_FILE.variable] = TERMINAL_KEY_PATH;
  }
  if (terminal.backend === "docker") Object.assign(variables, clientVariables(terminal.engine));
  return { config, variables };
}

/** Every name that the backend's props set: keys of `terminal` in config.yaml, and variables. */
export function namesOfTerminal(terminal: TerminalSettings) {
  const rows: readonly TerminalRow[] = Object.values<TerminalRow>(tableOf(terminal));
  const ssh = terminal.backend === "ssh" ? [SSH_KEY_FILE] : [];
  const all = [TERMINAL_BACKEND, ...rows, ...ssh];
  return {
    keys: all.flatMap(({ configKey }) => configKey ?? []),
    variables: [
      ...all.flatMap(({ variable }) => variable ?? []),
      ...(terminal.backend === "docker" ? Object.values(DOCKER_CLIENT) : []),
    ],
  };
}

export interface RowInUse {
  readonly prop: string;
  readonly row: TerminalRow;
  readonly value: unknown;
}

/** The rows of the backend with what the program says, or what follows from it. */
export function rowsOf(terminal: TerminalSettings, source?: DataSource): readonly RowInUse[] {
  const given: Readonly<Record<string, unknown>> = { ...derived(terminal, source), ...terminal };
  return Object.entries<TerminalRow>(tableOf(terminal)).map(([prop, row]) => ({
    prop,
    row,
    value: given[prop],
  }));
}

function tableOf({ backend }: TerminalSettings): TerminalTable {
  return TERMINAL_SETTINGS[backend];
}

/** The engine of the host that the agent runs on, however it is reached. */
export function isOwnEngine({ socket, proxy }: TerminalEngine): boolean {
  return socket !== undefined || proxy !== undefined;
}

/**
 * A directory of the host under the same path in the agent's container. An engine of that host then finds what Hermes
 * names there. Data at `/opt/data` of the host has its path already.
 */
function samePathOf(terminal: TerminalSettings | undefined, source: DataSource): string | undefined {
  if (terminal?.backend !== "docker" || !isOwnEngine(terminal.engine)) return undefined;
  return source.kind === "host-path" && source.hostPath !== DATA_PATH ? source.hostPath : undefined;
}

function derived(terminal: TerminalSettings, source: DataSource | undefined) {
  const path = source && samePathOf(terminal, source);
  return path === undefined ? {} : { sandboxDirectory: `${path}/sandboxes` };
}

/** A mount that follows from a prop, which names it in messages. */
export interface DerivedMount {
  readonly prop: string;
  readonly mount: MountProps;
}

/** What the agent's container mounts for its terminal. */
export function terminalMounts(
  terminal: TerminalSettings | undefined,
  source: DataSource,
): readonly DerivedMount[] {
  if (terminal?.backend !== "docker") return [];
  const { socket } = terminal.engine;
  const path = samePathOf(terminal, source);
  return [
    ...(socket === undefined
      ? []
      : [{ prop: "terminal.engine.socket", mount: { hostPath: socket, target: SOCKET_PATH } }]),
    ...(path === undefined ? [] : [{ prop: "data.hostPath", mount: { hostPath: path, target: path } }]),
  ];
}

/** Directories in which the agent is meant to write, where its commands run. */
export function directoriesOfTerminal(terminal: TerminalSettings): readonly string[] {
  if (terminal.backend === "ssh")
    return [...(terminal.cwd === undefined ? [] : [terminal.cwd]), ...(terminal.directories ?? [])];
  if (terminal.backend !== "docker") return [];
  return (terminal.volumes ?? []).filter(({ readOnly }) => readOnly !== true).map(({ target }) => target);
}

/** The address of the engine, as Docker's client takes it. */
export function engineAddress({ ssh, tls, proxy }: TerminalEngine): string {
  if (ssh !== undefined) return `ssh://${ssh.user}@${authority(ssh.host, ssh.port)}`;
  if (tls !== undefined) return `tcp://${authority(tls.host, tls.port ?? 2376)}`;
  return proxy ?? `unix://${SOCKET_PATH}`;
}

function authority(host: string, port: number | undefined): string {
  const name = !isUnresolved(host) && host.includes(":") ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${numberText(port)}`;
}

/** An empty one is none to the client, and takes away what the volume says. */
function clientVariables(engine: TerminalEngine): Readonly<Record<string, string>> {
  const tls = engine.tls !== undefined;
  return {
    [DOCKER_CLIENT.host]: engineAddress(engine),
    [DOCKER_CLIENT.verify]: tls ? "1" : "",
    [DOCKER_CLIENT.certificates]: tls ? DOCKER_CERTIFICATES_PATH : "",
  };
}

function settingOf(row: TerminalRow, value: unknown): ConfigValue {
  if (row.kind === "mounts") return Array.isArray(value) ? value.map((mount) => plain(shortForm(mount))) : [];
  return plain(value);
}

/** As Docker's `-v` takes it. */
function shortForm({ hostPath, volume, target, readOnly }: MountProps): string {
  return `${hostPath ?? volume}:${target}${readOnly ? ":ro" : ""}`;
}

/**
 * The props have these shapes by their schema. A reference that was written by hand becomes a token: in config.yaml it
 * would be Hermes' own.
 */
function plain(value: unknown): ConfigValue {
  if (typeof value === "string" && isUnresolved(value) && !isToken(value)) return Fn.join("", [value]);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(plain);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
    : null;
}

/** As Hermes itself turns a setting into a variable. */
function variableOf(setting: ConfigValue): string {
  if (typeof setting === "string") return setting;
  if (typeof setting === "number") return numberText(setting);
  if (typeof setting === "boolean") return String(setting);
  return holdsToken(setting) ? Fn.jsonencode(setting) : JSON.stringify(setting);
}
