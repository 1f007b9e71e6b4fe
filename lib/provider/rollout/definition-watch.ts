/**
 * Whether somebody else has changed an app: a person in the dashboard, a CI job, another state. Their writes carry no
 * stamp and keep this provider's stamp, and each makes CapRover stop the containers. So a definition that this provider
 * neither wrote nor remembers may have been written just before it was first seen. A change that left everything as it
 * was, such as a stop and a start, can't be seen.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { App } from "../captain/app";
import { canonical, type Json, type JsonObject, objectAt, textAt } from "../captain/json";
import { deployStamp, isStamp, stampOf, stampsOf, writeStamp } from "../settings/stamp";

/** A short form of a definition, without its secrets, by which it is recognised. */
export interface Sketch {
  readonly salt: string;
  readonly own: string;
  /** What other resources write, each with the stamp of its last write. */
  readonly forceSsl: string;
  readonly forceSslBy: string;
  readonly redirect: string;
  readonly redirectBy: string;
}

/** What changes without stopping a container, or is compared on its own. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "isAppBuilding",
  "versions",
  "tags",
  "customDomain",
  "hasDefaultSubDomainSsl",
  "forceSsl",
  "redirectDomain",
]);

export function sketchOf(app: App, salt: string = randomBytes(16).toString("hex")): Sketch {
  const entries = Object.entries(app.raw).filter(([key]) => !LEFT_OUT.has(key));
  const written: Json = [
    Object.fromEntries(entries),
    app.tags.filter((tag) => !isStamp(tag)),
    writeStamp(app)?.nonce ?? "",
    deployStamp(app)?.nonce ?? "",
  ];
  return {
    salt,
    own: createHmac("sha256", salt).update(canonical(written)).digest("base64url"),
    forceSsl: String(app.forceSsl),
    forceSslBy: stampOf(app, "ssl")?.nonce ?? "",
    redirect: app.redirectDomain,
    redirectBy: stampOf(app, "redirect")?.nonce ?? "",
  };
}

/** Whether the app is unchanged, except for what another resource wrote with a stamp of its own. */
export function isSketchOf(sketch: Sketch, app: App): boolean {
  const now = sketchOf(app, sketch.salt);
  const same = (value: "forceSsl" | "redirect") =>
    now[value] === sketch[value] || now[`${value}By`] !== sketch[`${value}By`];
  return now.own === sketch.own && same("forceSsl") && same("redirect");
}

/** @returns undefined for what is no sketch */
export function readSketch(stored: JsonObject): Sketch | undefined {
  const json = objectAt(stored, "sketch");
  if (textAt(json, "salt") === "") return undefined;
  return {
    salt: textAt(json, "salt"),
    own: textAt(json, "own"),
    forceSsl: textAt(json, "forceSsl"),
    forceSslBy: textAt(json, "forceSslBy"),
    redirect: textAt(json, "redirect"),
    redirectBy: textAt(json, "redirectBy"),
  };
}

export class DefinitionWatch {
  /** When the latest definition that this provider did not write was first seen. */
  strangeSinceMs: number | undefined;
  private readonly ours = new Set<string>();

  constructor(private known: Sketch | undefined) {}

  /** @param nonce of a write that this process sends, and expects to see */
  expect(nonce: string): void {
    this.ours.add(nonce);
  }

  look(app: App, nowMs: number): void {
    if (this.known !== undefined && isSketchOf(this.known, app)) return;
    const stamps = [...stampsOf(app), deployStamp(app)];
    const ours = stamps.filter((stamp) => stamp !== undefined && this.ours.delete(stamp.nonce));
    if (ours.length === 0) this.strangeSinceMs = nowMs;
    this.known = sketchOf(app);
  }
}
