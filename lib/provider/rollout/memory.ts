/** What is kept beside the state from one process to the next: which writes were seen to take effect, and when. */
import type { App } from "../captain/app";
import { isJsonObject, numberAt, parseJson, textsAt } from "../captain/json";
import { deployStamp, writeStamp } from "../settings/stamp";
import { readSketch, type Sketch, sketchOf } from "./definition-watch";
import type { Memory } from "./planner";

type PrivateState = Map<string, string>;

const KEY = "writes";

export interface Remembered {
  readonly confirmed: ReadonlySet<string>;
  /** The app as it last settled. */
  readonly sketch: Sketch | undefined;
  /** The captain's time until when containers of before may run. */
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

/** What a settled app is remembered by. */
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
