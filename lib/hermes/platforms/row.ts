/** What a row of the table of platforms says. */
import type { Feature } from "../releases";
import type { Settings } from "../settings";

export interface Platform {
  /** As its makers write it. */
  readonly title: string;
  /** What Hermes calls it: in its state, in its commands and in config.yaml. */
  readonly hermes: string;
  /** How messages arrive, for the docs. */
  readonly connection: string;
  /** It is called from outside, on the port of its `port` setting. */
  readonly listens?: Listener;
  /** The prop by which it is called on the API server's port. */
  readonly calledByApi?: string;
  /** Ports that it takes for itself on the container's loopback. */
  readonly loopbackPorts?: readonly number[];
  /** The feature that a release needs to know it. Without one, every release does. */
  readonly since?: Feature;
  /** By the names of their props. */
  readonly settings: Settings;
  /** Props of which exactly one is needed. */
  readonly oneOf?: readonly [string, string, ...string[]];
  /** Variables that hold while it is given. */
  readonly on?: Readonly<Record<string, string>>;
  /** Variables that are no props and let others in than the lists do, each with the value that keeps them out. */
  readonly shut: Readonly<Record<string, string>>;
}

/** A platform that calls the agent. */
export interface Listener {
  /** Prop without which it does not listen. @default - it always listens */
  readonly when?: string;
  /** The path that the platform calls, in words or as it is. */
  readonly path: string;
  /** How a call shows who made it, in words. */
  readonly signedBy: string;
  /** A path that answers everyone while it listens, and a part of the answer. @default - there is none */
  readonly health?: { readonly path: string; readonly contains: string };
  /**
   * Prop with the host name under which it makes itself known, as `http://<name>:<port>`. It listens at that name too, so
   * inside the container the name has to be one of its own.
   */
  readonly ownName?: string;
}
