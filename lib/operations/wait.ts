/** Waits for an agent that starts. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "./manifest";
import type { Deployment } from "./stacks";
import type { VerifiedAgent } from "./verified";
import { type Look, lookAt, type VerifyOptions } from "./verify";

export interface WaitOptions extends VerifyOptions {
  readonly waitSeconds: number;
  /** Told what is waited for, each time that it is another thing. */
  readonly report?: (waitsFor: string) => void;
  /** @default - 5 on Docker; 15 elsewhere, since a dashboard takes ten logins a minute */
  readonly pollSeconds?: number;
  /** Between the two looks. @default - 20 on Docker; 30 elsewhere, since Swarm takes some seconds for each start */
  readonly apartSeconds?: number;
}

/** A model that did not answer is not asked again at once. */
const ASK_AGAIN_SECONDS = 30;

/**
 * Looks at the agent until all of it holds or the time is over. Then looks once more, and finds out whether it started
 * again meanwhile. The model is asked only when all else holds.
 */
export async function verifyWithin(
  declared: Manifest,
  deployment: Deployment,
  options: WaitOptions,
): Promise<VerifiedAgent> {
  const { waitSeconds, report = () => undefined, ask } = options;
  const isDocker = declared.place.kind === "docker";
  const { pollSeconds = isDocker ? 5 : 15, apartSeconds = isDocker ? 20 : 30 } = options;
  // A person is asked for them once.
  let known: ReturnType<NonNullable<VerifyOptions["secrets"]>> | undefined;
  const secrets = (manifest: Manifest) => {
    known ??= options.secrets?.(manifest) ?? Promise.resolve({});
    return known;
  };
  const end = Date.now() + waitSeconds * 1000;
  const look = (question: boolean, before?: Look) =>
    lookAt(declared, deployment, { ...options, secrets, ask: question }, before);
  for (;;) {
    let found = await look(false);
    const asks = ask && waitsFor(found) === undefined;
    if (asks) {
      report("the model's answer");
      found = await look(true);
    }
    const missing = waitsFor(found);
    if (missing === undefined) return secondLook(found);
    const left = end - Date.now();
    if (left <= 0 || deployment.state !== "deployed") return found.verified;
    report(missing);
    await sleep(Math.min(left, 1000 * (asks ? ASK_AGAIN_SECONDS : pollSeconds)));
  }

  async function secondLook(first: Look): Promise<VerifiedAgent> {
    report("a second look");
    await sleep(apartSeconds * 1000);
    const { verified } = await look(false, first);
    // The answer of the first look still counts.
    const answer = first.verified.conditions.find(({ condition }) => condition === "answer");
    const conditions = verified.conditions.map((row) => (row.condition === "answer" ? (answer ?? row) : row));
    return { ...verified, conditions };
  }
}

/** What does not hold yet; undefined if all does that can be looked at. */
function waitsFor({ verified: { state, why, conditions } }: Look): string | undefined {
  if (state === "unreachable" || state === "not-deployed") return why ?? state;
  const late = conditions.find(
    ({ condition, result }) => result === "fails" || (result !== "holds" && STARTING.has(condition)),
  );
  return late && `${late.of ?? late.condition}: ${late.seen}`;
}

/** Conditions that can't be looked at while an agent starts. */
const STARTING: ReadonlySet<string> = new Set(["container", "app"]);
