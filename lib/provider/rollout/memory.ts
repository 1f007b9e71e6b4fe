/** What the private state keeps from one process to the next: which writes took effect, and when. */
import type { App } from "../captain/app";
import { isJsonObject, numberAt, parseJson, textsAt } from "../captain/json";
import { deployStamp, writeStamp } from "../settings/stamp";
import { readSketch, type Sketch, sketchOf } from "./definition-watch";
import type { Doubt, Memory } from "./planner";
import { writesOf } from "./rivals";

type PrivateState = Map<string, string>;

const KEY = "writes";
const DOUBT_KEY = "deploy";
const SEEN_KEY = "seen";

export interface Remembered {
  readonly confirmed: ReadonlySet<string>;
  /** The app at the end of the last apply. */
  readonly sketch: Sketch | undefined;
  /** Until when previous containers may run, in the server's time. */
  readonly quietAtServerMs: number;
}

export function recall(privateState: PrivateState): Remembered {
  const json = parseJson(privateState.get(KEY) ?? "");
  const stored = isJsonObject(json) ? json : {};
  return {
    confirmed: new Set(textsAt(stored, "confirmed")),
    sketch: readSketch(stored),
    quietAtServerMs: numberAt(stored, "quietAt"),
  };
}

export function remember(
  privateState: PrivateState,
  { confirmed, sketch, quietAtServerMs }: Remembered,
): void {
  privateState.set(
    KEY,
    JSON.stringify({ confirmed: [...confirmed], sketch, quietAt: Math.ceil(quietAtServerMs) }),
  );
}

/** Keeps for the plan what a refresh has seen, because the plan must decide the same when it is made again at apply. */
export function rememberDoubt(privateState: PrivateState, { deploy }: Pick<Doubt, "deploy">): void {
  if (deploy) privateState.set(DOUBT_KEY, "in doubt");
  else privateState.delete(DOUBT_KEY);
}

/** Whether the last deploy of this provider was not seen to take effect. */
export const isDeployInDoubt = (privateState: PrivateState): boolean => privateState.has(DOUBT_KEY);

/** What is remembered of an app at the end of an apply. */
export function settled(app: App, quietAtServerMs: number): Remembered {
  const stamps = [writeStamp(app), deployStamp(app)];
  return {
    confirmed: new Set(stamps.flatMap((stamp) => stamp?.nonce ?? [])),
    sketch: sketchOf(app),
    quietAtServerMs,
  };
}

export function freshMemory({ confirmed }: Pick<Remembered, "confirmed">, quietAtMs: number): Memory {
  return {
    confirmed,
    quietAtMs,
    deploy: undefined,
    deployedNow: false,
    effectMs: undefined,
    proven: false,
    verifiedInVain: false,
    failures: 0,
  };
}

/** Keeps which writes a refresh has seen: the apply after it notices a later one of another run. */
export function rememberSeen(privateState: PrivateState, app: App): void {
  privateState.set(SEEN_KEY, JSON.stringify(writesOf(app).map(({ stamp }) => stamp.nonce)));
}

/** @returns undefined before the first refresh */
export function recallSeen(privateState: PrivateState): ReadonlySet<string> | undefined {
  const stored = parseJson(privateState.get(SEEN_KEY) ?? "");
  return Array.isArray(stored) ? new Set(stored.filter((nonce) => typeof nonce === "string")) : undefined;
}
