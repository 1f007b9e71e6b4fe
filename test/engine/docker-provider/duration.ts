/** Durations as Go reads and prints them: the provider compares them as text. */
const NANOSECONDS = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
} as const;
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;
const DURATION = /^\+?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/;

/** @returns undefined for a text that is not a duration, and for a negative duration */
export function nanosecondsOf(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(PART)) sum += Number(amount) * factorOf(unit);
  return Math.round(sum);
}

function factorOf(unit: string | undefined): number {
  const found = Object.entries(NANOSECONDS).find(([name]) => name === unit);
  return found === undefined ? 0 : found[1];
}

export function printDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  for (const unit of ["ns", "µs", "ms"] as const) {
    if (nanoseconds < NANOSECONDS[unit] * 1000) return `${nanoseconds / NANOSECONDS[unit]}${unit}`;
  }
  const hours = Math.floor(nanoseconds / NANOSECONDS.h);
  const minutes = Math.floor((nanoseconds % NANOSECONDS.h) / NANOSECONDS.m);
  const seconds = `${(nanoseconds % NANOSECONDS.m) / NANOSECONDS.s}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
