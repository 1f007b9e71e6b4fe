/** An error that a person can correct: a command shows its message as one line, without a stack trace. */
export class UserError extends Error {}
