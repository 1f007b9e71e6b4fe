import { TerraformError } from "../../terraform-plugin";
import { isDone } from "./api-status";
import { type App, readApp } from "./app";
import type { Clock } from "./clock";
import { refusal } from "./errors";
import { FreshAnswer } from "./fresh-answer";
import { flagAt, type JsonObject, objectsAt, textAt } from "./json";
import { AWAY_SECONDS, type CaptainOptions, type Outcome, RETRY_SECONDS, Session } from "./session";

export interface AppList {
  readonly apps: ReadonlyMap<string, App>;
  readonly rootDomain: string;
  readonly defaultNginxConfig: string;
}

const LONGEST_RETRY_SECONDS = 5;

/** A client of CapRover's API: reads its lists, sends changes, and never guesses what happened. */
export class Captain {
  readonly clock: Clock;
  readonly url: URL;
  private readonly session: Session;
  private readonly appList = new FreshAnswer<AppList>();
  private readonly lists = new Map<string, FreshAnswer<JsonObject>>();

  /** Asked for once it is needed, and kept when it is found: a plan may upgrade many apps. */
  private node: Promise<string> | undefined;

  constructor(options: CaptainOptions) {
    this.clock = options.clock;
    this.url = options.url;
    this.session = new Session(options);
  }

  /** Logs in now, so that a wrong password is told before anything else. */
  connect(signal: AbortSignal): Promise<void> {
    return this.session.connect(signal);
  }

  /** The server's time in milliseconds since the epoch. */
  nowMs(): number {
    return this.session.serverTime.nowMs();
  }

  /** How many processes of the server were seen: a new one knows nothing of what the previous one was doing. */
  get processesSeen(): number {
    return this.session.processesSeen;
  }

  /** All apps, from an answer that is at most 30 s old: the resources of one refresh share it. */
  cachedApps(signal: AbortSignal): Promise<AppList> {
    return this.appList.get(() => this.apps(signal));
  }

  /** All apps as they are now. */
  async apps(signal: AbortSignal): Promise<AppList> {
    const data = await this.read("/user/apps/appDefinitions", "list the apps", signal, "appDefinitions");
    const defaultNginxConfig = textAt(data, "defaultNginxConfig");
    const apps = objectsAt(data, "appDefinitions").map((raw) => readApp(raw, defaultNginxConfig));
    return {
      apps: new Map(apps.map((app) => [app.name, app])),
      rootDomain: textAt(data, "rootDomain"),
      defaultNginxConfig,
    };
  }

  /** The id of the node that CapRover runs on and pulls images on; empty when none is found. */
  async ownNode(signal: AbortSignal): Promise<string> {
    this.node ??= this.askForOwnNode(signal);
    const asked = this.node;
    const found = await asked.catch(() => "");
    if (found === "" && this.node === asked) this.node = undefined;
    return asked;
  }

  async nodes(signal: AbortSignal): Promise<readonly JsonObject[]> {
    return objectsAt(await this.read("/user/system/nodes", "list the nodes", signal, "nodes"), "nodes");
  }

  private async askForOwnNode(signal: AbortSignal): Promise<string> {
    const nodes = await this.nodes(signal);
    const leader = nodes.find((node) => flagAt(node, "isLeader")) ?? nodes[0];
    return leader === undefined ? "" : textAt(leader, "nodeId");
  }

  /**
   * @param call what it is for, such as `list the apps`
   * @param list key of the list that the answer has to hold: an answer without it does not mean an empty list
   */
  read(path: string, call: string, signal: AbortSignal, list?: string): Promise<JsonObject> {
    const ask = async (): Promise<Outcome> => {
      const outcome = await this.session.call("GET", path, undefined, signal);
      if (list === undefined || outcome.kind !== "answer" || !isDone(outcome.status)) return outcome;
      const isWhole = Array.isArray(outcome.data[list]);
      return isWhole ? outcome : { kind: "uncertain", why: `its answer has no list "${list}"` };
    };
    const gaveUp = (why: string) =>
      new TerraformError(`CapRover did not answer when asked to ${call}`, {
        detail: `${this.url.origin}: ${why}, for ${AWAY_SECONDS} s.`,
      });
    return this.insist(ask, call, gaveUp, signal);
  }

  /** Like `read`, from an answer that is at most 30 s old and no older than the last write of this process. */
  cachedRead(path: string, call: string, signal: AbortSignal, list: string): Promise<JsonObject> {
    const kept = this.lists.get(path) ?? new FreshAnswer<JsonObject>();
    this.lists.set(path, kept);
    return kept.get(() => this.read(path, call, signal, list));
  }

  private forget(): void {
    this.appList.forget();
    for (const one of this.lists.values()) one.forget();
  }

  /**
   * Sends a change. It is sent again only when it certainly did not reach CapRover.
   *
   * @param check called each time just before the change is sent, while this process sends no other; what it throws ends
   * the call
   */
  async write(
    method: "POST" | "PATCH",
    path: string,
    body: JsonObject,
    signal: AbortSignal,
    check?: () => Promise<void>,
  ): Promise<Outcome> {
    this.forget();
    try {
      return await this.session.call(method, path, body, signal, check);
    } finally {
      this.forget();
    }
  }

  /** A change that is safe to send again, such as one of a project. @throws TerraformError when it is refused */
  writeOrThrow(path: string, body: JsonObject, call: string, signal: AbortSignal): Promise<JsonObject> {
    const gaveUp = (why: string) =>
      new TerraformError(`It is not known whether CapRover did ${call}`, { detail: `${why}.` });
    return this.insist(() => this.write("POST", path, body, signal), call, gaveUp, signal);
  }

  /** Sends until there is an answer, for as long as CapRover may be away. Its nginx answers 502 meanwhile. */
  private async insist(
    send: () => Promise<Outcome>,
    call: string,
    gaveUp: (why: string) => TerraformError,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const startedMs = this.clock.milliseconds();
    for (let attempt = 1; ; attempt++) {
      const outcome = await send();
      if (outcome.kind === "answer") {
        if (isDone(outcome.status)) return outcome.data;
        throw refusal({ call, ...outcome });
      }
      const triedSeconds = (this.clock.milliseconds() - startedMs) / 1000;
      if (triedSeconds > AWAY_SECONDS) throw gaveUp(outcome.why);
      await this.clock.sleep(Math.min(RETRY_SECONDS * attempt, LONGEST_RETRY_SECONDS), signal);
    }
  }
}
