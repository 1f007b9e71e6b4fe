/** Something that the person at the keyboard can mend: shown as one line, without a stack trace. */
export class UsageError extends Error {}
