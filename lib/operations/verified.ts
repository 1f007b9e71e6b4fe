/** What `verify --json` prints. Fields may be added; those below keep their names and meanings. */
import * as z from "zod";
import { CONDITION_IDS, type ConditionId } from "../hermes/conditions";
import { lazily } from "../support/validation";

/** One condition of one agent. */
export interface VerifiedCondition {
  readonly condition: ConditionId;
  /** Which of several: a platform, a variable, a known log line. */
  readonly of?: string;
  readonly result: "holds" | "fails" | "not-looked-at";
  /** What was seen, or why nothing was. */
  readonly seen: string;
  /** Which of the condition's failures it is. */
  readonly failure?: string;
  /** It could have been looked at: something was missing or gave no answer. */
  readonly missed?: true;
  readonly cause?: string;
  readonly fix?: string;
}

export interface VerifiedAgent {
  /** Path of the construct. */
  readonly agent: string;
  /** Name of the container or app. */
  readonly name: string;
  /** Deployed as declared, deployed and changed in the program since, not deployed, or out of reach. */
  readonly state: "deployed" | "declared-otherwise" | "not-deployed" | "unreachable";
  /** Why nothing was looked at. */
  readonly why?: string;
  readonly conditions: readonly VerifiedCondition[];
}

const VERIFIED = lazily((): z.ZodType<readonly VerifiedAgent[]> => {
  const condition = z.object({
    condition: z.enum(CONDITION_IDS).describe("id of the condition"),
    of: z.string().exactOptional().describe("which of several: a platform, a variable, a known log line"),
    result: z.enum(["holds", "fails", "not-looked-at"]),
    seen: z.string().describe("what was seen, or why nothing was"),
    failure: z.string().exactOptional().describe("which of the condition's failures it is"),
    missed: z
      .literal(true)
      .exactOptional()
      .describe("it could have been looked at: something was missing or gave no answer"),
    cause: z.string().exactOptional(),
    fix: z.string().exactOptional().describe("a command for this agent, or what to change in the program"),
  });
  return z.array(
    z.object({
      agent: z.string().describe("path of the construct"),
      name: z.string().describe("name of the container or app"),
      state: z.enum(["deployed", "declared-otherwise", "not-deployed", "unreachable"]),
      why: z.string().exactOptional().describe("why nothing was looked at"),
      conditions: z.array(condition),
    }),
  );
});

/** The JSON schema of what `verify --json` prints. */
export function verifiedSchema(): object {
  return z.toJSONSchema(VERIFIED(), { io: "input" });
}
