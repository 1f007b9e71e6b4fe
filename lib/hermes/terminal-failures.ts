/**
 * Why commands don't get to where the terminal's backend runs them, by what OpenSSH and Docker's client print then.
 * Run with OpenSSH 9.2 and Docker 20.10, with certificates of other authorities too. The first row that matches counts.
 */
import type { Failure } from "./condition";

interface TerminalFailure extends Failure {
  /** Of what the client prints. */
  readonly pattern: RegExp;
}

export const TERMINAL_FAILURES = {
  program: {
    pattern: /^no program /,
    cause: "the image lacks the program that goes there",
    fix: { program: "use upstream's image, or add `openssh-client` or `docker.io` to `aptPackages`" },
  },
  engine: {
    pattern:
      /docker daemon socket|connect to the docker (?:daemon|API)|docker: (?:command )?not found|dial-stdio: command/i,
    cause: "the machine is reached, and no engine answers there, or its user may not use it",
    fix: { program: "start Docker on that machine, and let `user` of `terminal.engine` use it" },
  },
  stranger: {
    pattern:
      /host key verification failed|host identification has changed|no matching host key|x509: certificate|certificate signed by unknown/i,
    cause: "the machine shows another key or certificate than the declared one",
    fix: {
      program:
        "look on that machine whether the key is its own; then give `hostKeys`, or `ca`, what belongs to it, and deploy again",
    },
  },
  rejected: {
    pattern: /permission denied|too many authentication failures|tls: (?:bad|unknown|expired|certificate)/i,
    cause: "the machine does not take the agent's key",
    fix: {
      program:
        "add the public half of `key` to ~/.ssh/authorized_keys of `user` there, or give a certificate of that engine's authority; or give `key` one that it takes, and deploy again",
    },
  },
  unreachable: {
    pattern:
      /^no answer in \d+ s|could not resolve|no such host|connection refused|timed? ?out|no route to host|network is unreachable|closed by|connection reset|i\/o timeout/i,
    cause: "the container does not reach the machine where commands run",
    fix: {
      program:
        "check `host` and `port` of `terminal`, that the machine is up, and the container's way to it: DNS, networks and firewalls",
    },
  },
  other: {
    pattern: /(?:)/,
    cause: "no command gets to the place where the terminal's backend runs it",
    fix: { program: "its text says what is wrong" },
  },
} as const satisfies Readonly<Record<string, TerminalFailure>>;

export type TerminalFailureId = keyof typeof TERMINAL_FAILURES;

/** @param said what the client printed */
export function terminalFailureIn(said: string): TerminalFailureId {
  const ids = Object.keys(TERMINAL_FAILURES).filter((id): id is TerminalFailureId =>
    Object.hasOwn(TERMINAL_FAILURES, id),
  );
  return ids.find((id) => TERMINAL_FAILURES[id].pattern.test(said)) ?? "other";
}
