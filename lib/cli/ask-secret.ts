import { styleText } from "node:util";

/** Whether somebody at this terminal can be asked. The questions need what Node has from 20.12 on. */
export function canAsk(output: NodeJS.WriteStream): boolean {
  return process.stdin.isTTY && output.isTTY && typeof styleText === "function";
}

/** Asks at the terminal, on stderr, and shows nothing of what is typed. Ctrl-C ends the process as a signal does. */
export async function askSecret(question: string): Promise<string> {
  // Loaded only where somebody is asked.
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message: question, mask: "", output: process.stderr, withGuide: false });
  if (!isCancel(answer)) return answer;
  process.kill(process.pid, "SIGINT");
  // The signal ends the process before anything goes on.
  return new Promise(() => undefined);
}

/** Asks one question after another, also where several agents are looked at side by side. */
export function inTurn(ask: (question: string) => Promise<string>): (question: string) => Promise<string> {
  let last: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answer = last.then(() => ask(question));
    last = answer.catch(() => undefined);
    return answer;
  };
}
