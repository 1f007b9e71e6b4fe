/** An error that the user of the command can correct. It is shown as one line, without a stack trace. */
export class UsageError extends Error {}
