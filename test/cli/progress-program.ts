/** Shows each of its arguments as progress, on a stderr that says what FAKE_TERMINAL says of itself. */
import { Progress } from "../../lib/cli/progress";

Object.defineProperty(process.stderr, "isTTY", { value: process.env["FAKE_TERMINAL"] === "yes" });

void (async () => {
  const progress = await Progress.start();
  for (const text of process.argv.slice(2)) progress.show(text);
  if (process.env["INTERRUPT"] !== "yes") return progress.end();
  process.kill(process.pid, "SIGINT");
  // Something that it waits for, until the signal has ended it.
  setTimeout(() => undefined, 60_000);
})();
