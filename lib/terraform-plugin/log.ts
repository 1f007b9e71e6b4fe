/** Logs, in the form that Terraform reads from a plugin's stderr. It shows them when TF_LOG or TF_LOG_PROVIDER is set. */
import { Console } from "node:console";
import { Writable } from "node:stream";

type Level = "trace" | "debug" | "info" | "warn" | "error";
/** What an entry has beside its message, by name. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes log entries. The user sees those of the level that TF_LOG_PROVIDER or TF_LOG asks for. */
export interface Logger {
  /** Details of interest only in a search for an error. */
  trace(message: string, fields?: LogFields): void;
  /** What the provider does, in detail. */
  debug(message: string, fields?: LogFields): void;
  /** What the provider does. */
  info(message: string, fields?: LogFields): void;
  /** What may be a problem. */
  warn(message: string, fields?: LogFields): void;
  /** What failed. */
  error(message: string, fields?: LogFields): void;
}

function loggerOf(write: (level: Level, message: string, fields: LogFields) => void): Logger {
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void =>
      write(level, message, fields);
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A logger whose entries are lines of JSON. */
export function createLogger(write: (line: string) => void): Logger {
  return loggerOf((level, message, fields) => {
    const entry = {
      ...fields,
      "@level": level,
      "@message": message,
      "@module": "provider",
      "@timestamp": new Date().toISOString().replace("Z", "000Z"),
    };
    write(`${JSON.stringify(entry)}\n`);
  });
}

/** The logger of a process that Terraform started. */
export const stderrLogger = (): Logger => createLogger((line) => process.stderr.write(line));

/** A logger that passes every string through a function first. */
export function filteredLogger(logger: Logger, filter: (text: string) => string): Logger {
  return loggerOf((level, message, fields) => {
    const filtered = Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === "string" ? filter(value) : value,
    ]);
    logger[level](filter(message), Object.fromEntries(filtered));
  });
}

/** Sends what libraries print to the log. Stdout is for the handshake only. */
export function redirectConsole(logger: Logger): void {
  const to = (level: "info" | "warn") =>
    new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        logger[level](String(text).trimEnd());
        done();
      },
    });
  globalThis.console = new Console({ stdout: to("info"), stderr: to("warn") });
}
