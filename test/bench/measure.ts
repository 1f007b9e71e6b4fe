/** Two ways to do one thing, measured alternately in one run, so that a slow moment of the machine affects both. */
export interface Comparison {
  /** Median of ours over median of the baseline. */
  readonly ratio: number;
  readonly ours_ms: number;
  readonly baseline_ms: number;
}

export interface Count {
  readonly count: number;
}

export function alternate(rounds: number, ours: () => number, baseline: () => number): Comparison {
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(ours());
    times.baseline.push(baseline());
  }
  return compare(times.ours, times.baseline);
}

export function compare(ours: readonly number[], baseline: readonly number[]): Comparison {
  const [ours_ms, baseline_ms] = [median(ours), median(baseline)];
  return { ratio: round(ours_ms / baseline_ms), ours_ms: round(ours_ms), baseline_ms: round(baseline_ms) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Runs it and returns the milliseconds. */
export function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
