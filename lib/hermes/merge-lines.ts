/** The lines of this library's own merge at boot. `lib/boot/merge/report.py` prints them. */
import type { LogLine } from "./log-line";
import type { Remedy } from "./remedy";

const REPORT = "/opt/data/.cdktf-hermes/report.json";

export const GOOD_MERGE_LINES = {
  mergeDone: {
    pattern: "\\[cdktf-hermes\\] merge: done",
    since: "supervision",
    means: "What the program declares of the data is there.",
  },
  mergeReplaced: {
    pattern: "\\[cdktf-hermes\\] merge: replaced ",
    since: "supervision",
    means:
      "Somebody had changed what the program declares. The program's own is there again, and the other version is kept beside it.",
  },
  mergeLeft: {
    pattern: "\\[cdktf-hermes\\] merge: left ",
    since: "supervision",
    means: "It is no longer declared. Somebody had changed it, so it stays as it is.",
  },
  mergeTookBack: {
    pattern: "\\[cdktf-hermes\\] merge: took back ",
    since: "supervision",
    means: "It is no longer declared, and nobody had changed it, so it is gone.",
  },
  mergeKept: {
    pattern: "\\[cdktf-hermes\\] merge: stopped profile ",
    since: "supervision",
    means: "The profile is no longer declared. It does not run any more, and its folder stays.",
  },
} as const satisfies Readonly<Record<string, LogLine>>;

export const BAD_MERGE_LINES = {
  mergeRefused: {
    pattern: "\\[cdktf-hermes\\] merge: refused ",
    since: "supervision",
    means: "Something that is declared could not be brought into the data. What was there is as it was.",
    fix: {
      shell: `cat ${REPORT}`,
      note: "repair or move away what it names, and restart the agent",
    },
    atBoot: true,
  },
  mergeStopped: {
    pattern: "\\[cdktf-hermes\\] merge: stopped with code ",
    since: "supervision",
    means: "The merge of what is declared took too long or was killed. A part of it is not in the data.",
    fix: { restart: "the next boot finishes it; if it does not, look whether the disk of the data answers" },
    atBoot: true,
  },
} as const satisfies Readonly<Record<string, LogLine & { readonly fix: Remedy; readonly atBoot: true }>>;
