/** What a test asks of the program beside this file. It is in `asked.json` in the program's folder. */
export interface Asked {
  readonly deploy: "terraform" | "token";
  /** Where the CI pushes. */
  readonly repository: string;
  /** Of the image to build on. */
  readonly base: string;
  /** Address at which the stacks have their state, with a `/` at its end. */
  readonly states?: string;
  /** A further agent of the image. */
  readonly second?: true;
  /** What the image's tool prints. */
  readonly tool: string;
  /** Of the agent; another one changes nothing of the image. */
  readonly memoryMiB?: number;
}
