/** Short enough to be quick, and long enough for a probe that starts a program. */
const PROBE_INTERVAL_MS = 250;

/** Repeats the probe until it holds. After the deadline it fails with the last answer. */
export async function eventually<T>(
  what: string,
  deadlineSeconds: number,
  probe: () => Promise<T | undefined>,
  explain: () => string = () => "",
): Promise<T> {
  const end = Date.now() + deadlineSeconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${deadlineSeconds} s\n${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL_MS));
  }
}
