/** What to do about a failure: one of the ways, and a remark where it needs one. */
export type Remedy = (
  | {
      /** A `hermes` command in the agent's container, such as `auth add openai-codex`. */
      readonly hermes: string;
    }
  | {
      /** A shell command in the agent's container. */
      readonly shell: string;
    }
  | {
      /** What to change in the infrastructure program, in the imperative. */
      readonly program: string;
    }
  | {
      /** Restart the container, and why that helps. */
      readonly restart: string;
    }
) & { readonly note?: string };

/** The ends of the files in which Hermes says why it does not run. */
export const READ_LOGS: Remedy = {
  shell: "tail -n 50 /opt/data/logs/errors.log /opt/data/logs/gateway-exit-diag.log",
};

/** Takes variables out of the volume's `.env`, and keeps the file as it was beside it. @param names by `|` */
export function withoutVariables(names: string): string {
  return `sed -i.old -E '/^[[:space:]]*(export[[:space:]]+)?(${names})[[:space:]]*=/d' /opt/data/.env`;
}

/** For the docs. */
export function remedyMarkdown(remedy: Remedy): string {
  const note = remedy.note === undefined ? "" : ` (${remedy.note})`;
  if ("hermes" in remedy) return `Fix: \`hermes ${remedy.hermes}\`${note}.`;
  if ("shell" in remedy) return `Fix: \`${remedy.shell}\`${note}.`;
  if ("restart" in remedy) return `Fix: restart the agent: ${remedy.restart}${note}.`;
  return `Fix: ${remedy.program}${note}.`;
}
