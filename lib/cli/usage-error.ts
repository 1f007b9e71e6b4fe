import { UserError } from "../support/user-error";

/** The command was called with something that it can't take. */
export class UsageError extends UserError {}
