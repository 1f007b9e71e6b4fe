import { Mutex } from "../captain/mutex";
import type { Sketch } from "./definition-watch";
import { PlannedApps } from "./planned-apps";
import { PlannedLives } from "./planned-lives";
import { VolumeClaims } from "./volume-claims";

/** An app at the end of this process's last write. */
export interface SettledApp {
  readonly sketch: Sketch;
  /** From when on no previous container runs, in the clock's milliseconds. */
  readonly quietAtMs: number;
}

/** What the calls of one process tell each other about the apps that they plan and change. */
export class Coordination {
  /** What the plan creates and destroys. */
  readonly lives = new PlannedLives();
  readonly apps = new PlannedApps();
  /** The volumes that plans want. An app may plan a volume that another one still has. */
  readonly planned = new VolumeClaims();
  /** The volumes of apps that are being changed. */
  readonly taken = new VolumeClaims();
  /** Names of the apps that this process has refreshed: it is one that plans, and never one that applies. */
  readonly refreshed = new Set<string>();
  /** Names of the refreshed apps that accept a deploy token by this process's plan. */
  readonly plannedTokens = new Set<string>();
  /** The apps that this process has changed, by name. */
  readonly settled = new Map<string, SettledApp>();
  private readonly turns = new Map<string, Mutex>();

  /**
   * Runs one piece of work at a time on the same thing, its waits included. Work on other things runs beside it.
   * @param what an app's name, or the path of a list that is being added to
   */
  inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    const turn = this.turns.get(what) ?? new Mutex();
    this.turns.set(what, turn);
    return turn.run(work);
  }
}
