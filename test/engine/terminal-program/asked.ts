/** What the test asks of the program beside this file. It is in `asked.json` in the program's folder. */
export interface Asked {
  readonly terminal: "ssh" | "docker over ssh" | "docker over tls";
  /** The machine where commands run. */
  readonly host: string;
  readonly hostKeys?: readonly string[];
  /** Names of profiles beside the default one. */
  readonly profiles?: readonly string[];
  readonly tls?: { readonly ca: string; readonly certificate: string };
  /** Its image, and the directory of the engine's host that is the workspace. */
  readonly sandbox?: { readonly image: string; readonly work: string };
}
