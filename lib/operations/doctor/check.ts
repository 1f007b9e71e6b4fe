/** A check of the workspace: one thing that has to be so before a deploy. */
import type { Failure, Finding } from "../../hermes/condition";
import type { SynthesizedStack } from "../stacks";

/** Where the deploy will run. */
export interface Workspace {
  readonly stacks: readonly SynthesizedStack[];
  /** Folder of cdktf.json, in which `cdktf deploy` is typed. */
  readonly project: string;
  /** The user's home. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  /** This machine, as Terraform names it, such as `linux_amd64`. */
  readonly platform: string;
}

export interface Check<Bad extends string = string> {
  /** A few words for a table. */
  readonly title: string;
  /** What is so, as a sentence. */
  readonly shows: string;
  readonly bad: Readonly<Record<Bad, Failure>>;
  /** Nothing for a workspace that the check does not concern. Changes nothing. */
  look(workspace: Workspace): Promise<readonly Finding<Bad>[]>;
}

/** Infers the names of the failures from the row, so that `look` can name no other. */
export function check<Bad extends string>(row: Check<Bad>): Check<Bad> {
  return row;
}
