/** A log as text: its lines, and when each was printed. */

export interface TimedLine {
  /** Without the time. */
  readonly text: string;
  /** In milliseconds since the epoch; undefined where the line does not say it with its zone. */
  readonly atMs?: number;
}

/** As `docker logs --timestamps` and the supervisor's files print it. */
const TIMED = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)) +(.*)$/;

/** The log from that time on; a line without a time stays. */
export function logSince(log: string, sinceMs: number): string {
  const times = timedLines(log);
  return log
    .split(/\r?\n/)
    .filter((_, i) => (times[i]?.atMs ?? sinceMs) >= sinceMs)
    .join("\n");
}

export function timedLines(log: string): readonly TimedLine[] {
  return log.split(/\r?\n/).map((line) => {
    const [, time, text] = TIMED.exec(line) ?? [];
    if (time === undefined || text === undefined) return { text: line };
    const atMs = Date.parse(time.replace(" ", "T").replace(",", "."));
    return Number.isNaN(atMs) ? { text: line } : { text, atMs };
  });
}
