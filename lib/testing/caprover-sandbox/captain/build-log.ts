import type { JsonObject } from "../engine/json";

const RING_SIZE = 50;

/** The last fifty lines of a build, with the number of the first one. */
export class BuildLog {
  private lines: string[] = [];
  private written = 0;

  reset(): void {
    this.lines = [];
    this.written = 0;
  }

  write(line: string): void {
    this.lines = [...this.lines, line].slice(-RING_SIZE);
    this.written++;
  }

  toJson(): JsonObject {
    const padding = Array.from({ length: RING_SIZE - this.lines.length }, () => "");
    return { lines: [...padding, ...this.lines], firstLineNumber: this.written - RING_SIZE };
  }
}

/** A date as JavaScript prints it in UTC, which is how CapRover begins a build's log. */
export function printDate(date: Date): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = date
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${weekday} ${month} ${day} ${year} ${time} GMT+0000 (Coordinated Universal Time)`;
}
