/** What the image's programs do with a service's `Command` and `Args`. */
import { ENTRYPOINTS, GATEWAY_COMMAND } from "../../../hermes/container-contract";
import { PROBLEM_LINES } from "../../../hermes/container-log";
import { type Generation, hasFeature, type Release } from "../../../hermes/releases";

export type HermesStart =
  /** What the container runs on with; a container without supervision has a dashboard only beside its gateway. */
  | { readonly runs: { readonly gateway: boolean; readonly dashboard: boolean } }
  | { readonly exits: number; readonly lines: readonly string[] };

/** Entrypoints that still work in images of another generation's. */
const FURTHER_ENTRYPOINTS: Readonly<Record<Generation, readonly (readonly string[])[]>> = {
  entrypoint: [],
  tini: [ENTRYPOINTS.entrypoint],
  s6: [],
  dispatch: [ENTRYPOINTS.s6],
};

const [OLD_ENTRYPOINT] = ENTRYPOINTS.entrypoint;
const SHELL = /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|da)?sh$/;
/** Programs on PATH, as far as somebody would name one of them as the command. */
const PROGRAM = /^(?:\/.*|(?:ba|da)?sh|sleep|tail|env|curl|python3?|node)$/;
const HERMES = /^(?:\/opt\/hermes\/(?:bin|\.venv\/bin)\/)?hermes$/;
const CLI_ENDS = { exits: 1, lines: PROBLEM_LINES.noCommand };
/** The engine finds no such program. It writes nothing to the container's log. */
const NOT_FOUND = { exits: 127, lines: [] };

/** @param command `Command` of the service, which replaces the image's entrypoint */
export function hermesStart(
  release: Release,
  command: readonly string[] | undefined,
  args: readonly string[] | undefined,
): HermesStart {
  const words = [...(command ?? ENTRYPOINTS[release.generation]), ...(args ?? [])];
  return startOf(release, words);
}

function startOf(release: Release, words: readonly string[]): HermesStart {
  const { generation } = release;
  const entrypoint = [ENTRYPOINTS[generation], ...FURTHER_ENTRYPOINTS[generation]].find((known) =>
    isEqual(words.slice(0, known.length), known),
  );
  const supervised = hasFeature(release, "supervision");
  if (entrypoint !== undefined) return underEntrypoint(words.slice(entrypoint.length), supervised);
  const [program = "", ...rest] = words;
  if (supervised && program === OLD_ENTRYPOINT) {
    return { exits: 127, lines: [...PROBLEM_LINES.oldEntrypoint, ...PROBLEM_LINES.notUnderInit] };
  }
  if (SHELL.test(program)) {
    const at = rest.findIndex((word) => /^-\w*c$/.test(word)) + 1;
    const last = /\bexec\s+([^;&|\n]+)$/.exec((rest[at] ?? "").trim())?.[1];
    if (at > 0 && last !== undefined) return startOf(release, wordsOf(last, rest.slice(at + 2)));
  }
  // earlier images have it in a folder that is not on PATH
  if (HERMES.test(program) && (supervised || program.includes("/"))) return cli(rest, false);
  return PROGRAM.test(program) ? { runs: { gateway: false, dashboard: false } } : NOT_FOUND;
}

/** Without supervision, everything is the business of the gateway's own process. */
function underEntrypoint(words: readonly string[], supervised: boolean): HermesStart {
  const [program = "", ...rest] = words;
  if (!supervised) return cli(words, true);
  if (HERMES.test(program)) return cli(rest, true);
  if (program === OLD_ENTRYPOINT) return { exits: 0, lines: PROBLEM_LINES.oldEntrypoint };
  return PROGRAM.test(program) ? { runs: { gateway: false, dashboard: true } } : cli(words, true);
}

function cli(words: readonly string[], dashboard: boolean): HermesStart {
  const isGateway = isEqual(words.slice(0, GATEWAY_COMMAND.length), GATEWAY_COMMAND);
  if (isGateway) return { runs: { gateway: true, dashboard } };
  // any other command of the CLI does its work and ends
  return words.length === 0 ? CLI_ENDS : { exits: 0, lines: [] };
}

/** @param given the script's own arguments, for which `"$@"` stands */
function wordsOf(text: string, given: readonly string[]): string[] {
  return text
    .trim()
    .split(/\s+/)
    .flatMap((word) => (/^"?\$@"?$/.test(word) ? given : [word.replace(/^(["'])(.*)\1$/, "$2")]));
}

const isEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, i) => word === other[i]);
