/** A condition: one thing that is true of an agent that works. */
import type { DashboardLoginKind } from "./dashboard-logins";
import {
  isUnseen,
  type NamesSeen,
  type Observation,
  type ProfileParts,
  type Seen,
  type Unseen,
} from "./observation";
import type { Release } from "./releases";
import { type Remedy, remedyMarkdown } from "./remedy";
import type { TerminalBackendName } from "./terminal-settings";

/** What each profile was declared to be, as far as a condition asks. */
export interface DeclaredProfile {
  /** Chat platforms by the names of their props, with the variables of their tokens. */
  readonly platforms: Readonly<Record<string, readonly string[]>>;
  /** Provider and name of the declared model, where they are known. */
  readonly modelProvider?: string;
  readonly modelName?: string;
}

/** What an agent was declared to be, as far as a condition asks. */
export interface DeclaredAgent extends DeclaredProfile {
  readonly release: Release;
  readonly login?: DashboardLoginKind;
  readonly apiServer: boolean;
  /** A CI deploys the image by token, whatever the program names. */
  readonly imageByCi?: true;
  /** The declared profiles beside the default one, by name. Absent without any. */
  readonly profiles?: Readonly<Record<string, DeclaredProfile>>;
  /** Name of the model whose server's address the program gives. */
  readonly endpoint?: string;
  /** Where `terminal` lets commands run. Absent where the program has no such prop. */
  readonly terminal?: TerminalBackendName;
  readonly managed?: { readonly variables: NamesSeen; readonly config: NamesSeen };
}

/** One way in which a condition fails. */
export interface Failure {
  readonly cause: string;
  readonly fix: Remedy;
}

/** For a cell of a table. @param nameOf what stands before a failure, by its id */
export function failuresMarkdown(
  failures: Readonly<Record<string, Failure>>,
  nameOf: (id: string) => string = () => "",
): string {
  return Object.entries(failures)
    .map(([id, { cause, fix }]) => `${nameOf(id)}${sentence(cause)} ${remedyMarkdown(fix)}`)
    .join("<br>");
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${clause.endsWith(".") ? "" : "."}`;
}

/** What was found: it holds, it fails in one of the ways of its row, or nothing could look at it. */
export type Finding<Bad extends string = string> = {
  /** Which of several: a platform, a variable. */
  readonly of?: string;
} & (
  | { readonly good: string }
  /** Cause and fix where they are other ones than the row's. */
  | { readonly bad: Bad; readonly seen: string; readonly cause?: string; readonly fix?: Remedy }
  | Unseen
);

/** Openly, behind the dashboard's login, or with the key of the API server. */
export type WayFromOutside = "openly" | "login" | "key";

export interface Condition<Bad extends string = string> {
  /** A few words for a table. */
  readonly title: string;
  /** What it shows, as a sentence. */
  readonly shows: string;
  /** How it can be looked at without entering the container. @default - not at all */
  readonly outside?: readonly WayFromOutside[];
  readonly bad: Readonly<Record<Bad, Failure>>;
  /** Nothing for an agent that the condition does not concern. */
  find(seen: Observation, declared: DeclaredAgent): readonly Finding<Bad>[];
}

/**
 * The same look at every profile: the default one, and each declared one beside it, under its name as `work`, or as
 * `work.slack` for one of several.
 */
export function ofEachProfile<Bad extends string>(
  find: (seen: ProfileSeen, declared: DeclaredProfile) => readonly Finding<Bad>[],
): Condition<Bad>["find"] {
  return (seen, declared) => {
    const { gateway } = seen;
    const down = gateway !== undefined && !isUnseen(gateway) && !gateway.alive;
    const others = Object.entries(declared.profiles ?? {}).flatMap(([name, one]) => {
      const parts = profileSeen(name, seen.profiles);
      // A row of its own says that it is missing.
      const found = parts === undefined ? [] : find(parts, one);
      return found.map((finding) => ({
        ...finding,
        of: finding.of === undefined ? name : `${name}.${finding.of}`,
      }));
    });
    return [...find({ ...seen, ...(down && { down }) }, declared), ...others];
  };
}

/** What was seen of one profile. */
export interface ProfileSeen extends ProfileParts {
  /** Its name, if it is not the default one. */
  readonly name?: string;
  /** No gateway runs for it. */
  readonly down?: boolean;
  /** The default profile's gateway serves it, of which only the log tells of each profile's platforms. */
  readonly served?: boolean;
  /** Why nothing of it could be seen. */
  readonly nothing?: Unseen;
}

function profileSeen(name: string, profiles: Observation["profiles"]): ProfileSeen | undefined {
  if (profiles === undefined || isUnseen(profiles)) {
    const nothing = profiles ?? { unseen: "it can't be seen from there" };
    return { name, nothing, model: nothing, answer: nothing };
  }
  const found = profiles.find((profile) => profile.name === name);
  return found && { ...found, ...(!found.runs && { down: true }) };
}

export const DEPLOY_AGAIN: Remedy = { program: "deploy again: `cdktf deploy`" };

/** Infers the names of the failures from the row, so that `find` can name no other. */
export function row<Bad extends string>(condition: Condition<Bad>): Condition<Bad> {
  return condition;
}

export function look<Part, Bad extends string>(
  part: Seen<Part> | undefined,
  judge: (part: Part) => Finding<Bad>,
): readonly Finding<Bad>[] {
  if (part === undefined) return [{ unseen: "it can't be seen from there" }];
  return [isUnseen(part) ? part : judge(part)];
}
