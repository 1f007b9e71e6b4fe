/** Logs in the form that Terraform reads from a plugin's stderr and shows under TF_LOG or TF_LOG_PROVIDER. */
import { format } from "node:util";

export type Level = "trace" | "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export function createLogger(write: (line: string) => void): Logger {
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void => {
      const entry = {
        ...fields,
        "@level": level,
        "@message": message,
        "@module": "provider",
        "@timestamp": new Date().toISOString().replace("Z", "000Z"),
      };
      write(`${JSON.stringify(entry)}\n`);
    };
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

export const stderrLogger = (): Logger => createLogger((line) => process.stderr.write(line));

/** The same logger, with every text passing through a function first. */
export function filteredLogger(logger: Logger, filter: (text: string) => string): Logger {
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void => {
      const filtered = Object.entries(fields).map(([key, value]) => [
        key,
        typeof value === "string" ? filter(value) : value,
      ]);
      logger[level](filter(message), Object.fromEntries(filtered));
    };
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Sends what libraries print into the log: stdout belongs to the handshake. */
export function redirectConsole(logger: Logger): void {
  const to =
    (level: Level) =>
    (...parts: readonly unknown[]): void =>
      logger[level](format(...parts));
  Object.assign(console, {
    log: to("info"),
    info: to("info"),
    debug: to("debug"),
    trace: to("trace"),
    warn: to("warn"),
    error: to("error"),
  });
}
