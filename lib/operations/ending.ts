/** What has to be done before this process ends by a signal, such as Ctrl-C. */

type Duty = () => unknown;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const duties = new Set<Duty>();
let isAnySignalTaken = false;

/**
 * Does the duty when a signal ends the process, the latest one first, and then lets the signal end it. A second signal
 * ends it at once.
 * @returns what to call when the duty is done
 */
export function beforeEnding(duty: Duty): () => void {
  if (duties.size === 0) for (const signal of SIGNALS) process.on(signal, end);
  duties.add(duty);
  return () => {
    duties.delete(duty);
    if (duties.size === 0) ignoreSignals();
  };
}

/** A signal is ending this process: nothing new may begin. */
export function isEnding(): boolean {
  return isAnySignalTaken;
}

async function end(signal: NodeJS.Signals): Promise<void> {
  isAnySignalTaken = true;
  ignoreSignals();
  for (const duty of [...duties].reverse()) {
    try {
      await duty();
    } catch {
      // The others are done all the same.
    }
  }
  process.kill(process.pid, signal);
}

function ignoreSignals(): void {
  for (const signal of SIGNALS) process.off(signal, end);
}
