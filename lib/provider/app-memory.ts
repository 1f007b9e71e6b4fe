/** What is kept beside the state from one process to the next: which writes were seen to take effect, and when. */
import type { App } from "./app";
import type { Memory } from "./app-planner";
import { isJsonObject, numberAt, parseJson, textsAt } from "./json";
import { deployStamp, writeStamp } from "./stamp";

type PrivateState = Map<string, string>;

const KEY = "writes";

export interface Remembered {
  readonly confirmed: ReadonlySet<string>;
  readonly version: number | undefined;
  /** The captain's time until when containers of before may run. */
  readonly quietAtServerMs: number;
}

export function recall(privateState: PrivateState): Remembered {
  const json = parseJson(privateState.get(KEY) ?? "");
  const stored = isJsonObject(json) ? json : {};
  return {
    confirmed: new Set(textsAt(stored, "confirmed")),
    version: stored["version"] === undefined ? undefined : numberAt(stored, "version"),
    quietAtServerMs: numberAt(stored, "quietAt"),
  };
}

export function remember(
  privateState: PrivateState,
  { confirmed, version, quietAtServerMs }: Remembered,
): void {
  privateState.set(
    KEY,
    JSON.stringify({ confirmed: [...confirmed], version, quietAt: Math.ceil(quietAtServerMs) }),
  );
}

/** What a settled app is remembered by. */
export function settled(app: App, quietAtServerMs: number): Remembered {
  const stamps = [writeStamp(app), deployStamp(app)];
  return {
    confirmed: new Set(stamps.flatMap((stamp) => stamp?.nonce ?? [])),
    version: app.deployedVersion,
    quietAtServerMs,
  };
}

export function freshMemory({ confirmed, version }: Remembered, quietAtMs: number): Memory {
  return {
    confirmed,
    version,
    quietAtMs,
    deploy: undefined,
    deployedNow: false,
    effectMs: undefined,
    proven: false,
    verifiedInVain: false,
    failures: 0,
  };
}
