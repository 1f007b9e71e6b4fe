/** What every agent has to run with, read from its container and not from its configuration. */
import type { SandboxApp } from "cdktf-hermes/testing";

export interface Demands {
  /** What is mounted at /opt/data. */
  readonly data: string | undefined;
  readonly home: string | undefined;
  /** The arguments of the image's entrypoint; undefined when the entrypoint was replaced. */
  readonly command: string | undefined;
}

/** The demands of the one running container; undefined when there is none or more than one. */
export function demandsOf({ running }: Pick<SandboxApp, "running">): Demands | undefined {
  const [container, ...others] = running;
  if (container === undefined || others.length > 0) return undefined;
  const { args, command, env } = container.spec;
  return {
    data: container.mounts["/opt/data"]?.name,
    home: env["HOME"],
    command: command === undefined ? args?.join(" ") : undefined,
  };
}
