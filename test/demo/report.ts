/** One check of the demo. */
export interface Check {
  readonly what: string;
  /** What was found. */
  readonly seen: string;
  readonly holds: boolean;
}

/** The checks of the demo, and their table. */
export class Report {
  readonly checks: Check[] = [];

  /** @param seen what was found; printed as JSON unless it is a string */
  add(what: string, holds: boolean, seen: unknown = holds ? "yes" : "no"): void {
    this.checks.push({ what, holds, seen: typeof seen === "string" ? seen : JSON.stringify(seen) });
  }

  get holds(): boolean {
    return this.checks.length > 0 && this.checks.every((check) => check.holds);
  }

  table(): string {
    const width = Math.max(...this.checks.map(({ what }) => what.length));
    const rows = this.checks.map(
      ({ what, seen, holds }) => `  ${holds ? "✓" : "✗"} ${what.padEnd(width)}  ${seen}`,
    );
    const failed = this.checks.filter(({ holds }) => !holds).length;
    return [...rows, "", `  ${this.checks.length - failed} passed, ${failed} failed`].join("\n");
  }
}
