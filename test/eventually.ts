/** Often enough to be quick; a probe may be a program, which is not for nothing. */
const PROBE_INTERVAL_MS = 250;

/** Asks again until the probe holds, and fails with the last answer once the deadline is over. */
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
