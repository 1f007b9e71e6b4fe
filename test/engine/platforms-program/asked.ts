/** What a test asks of the program beside this file. It is in `asked.json` in the program's folder. */
export interface Asked {
  /** Packages of Python to add to the image. */
  readonly packages: readonly string[];
  readonly modelUrl: string;
  /** Where the stand-ins for the platforms are, by the platforms' own names. */
  readonly hosts: { readonly [host: string]: string };
  /** Folder of the host with the stand-ins' certificate. */
  readonly certificates: string;
  /** Network of the engine's bridge. */
  readonly bridge: string;
  readonly accountSid: string;
  readonly smsUrl: string;
  readonly lineUser: string;
  readonly teamsId: string;
}
