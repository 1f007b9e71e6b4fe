import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Asks at the terminal, on stderr, and shows nothing of what is typed. */
export async function askSecret(question: string): Promise<string> {
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: muted, terminal: true });
  // At a terminal Ctrl-C is a key. Without this the question would stay open, and the command would end with 0.
  terminal.on("SIGINT", () => {
    terminal.close();
    process.stderr.write("\n");
    process.kill(process.pid, "SIGINT");
  });
  try {
    process.stderr.write(`${question}: `);
    return await terminal.question("");
  } finally {
    process.stderr.write("\n");
    terminal.close();
  }
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
