/** A Docker engine as the docker command line names it. */
import { join } from "node:path";
import { hermesCommand } from "../../hermes/commands";
import { shellWord } from "../../support/shell";
import { type Manifest, type Place, releaseOf } from "../manifest";
import { type AgentShell, Unreachable } from "./access";

export type DockerPlace = Place & { readonly kind: "docker" };

/** Another engine than the one that the manifest names. */
export interface EngineOverride {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
}

/**
 * The engine as the provider finds it (kreuzwerker/docker 4.5.0): a context before a host, and the socket of this machine
 * rather than docker's current context.
 *
 * @throws Unreachable if the program names the engine in a way for which docker has no option
 */
export function engineOptions(
  { host, context, certPath, inexpressible = [] }: DockerPlace,
  override: EngineOverride,
): readonly string[] {
  if (override.context !== undefined) return ["--context", override.context];
  if (override.host !== undefined) return ["--host", override.host];
  if ([host, context, certPath].includes(null))
    throw new Unreachable(
      "the engine's address comes from a sensitive variable; name it with --docker-host or --context",
    );
  if (inexpressible.length > 0)
    throw new Unreachable(
      `the provider reaches the engine with ${inexpressible.join(", ")}, for which docker has no option; make a context with \`docker context create NAME --docker host=${host ?? "…"}\`, and name it with --context`,
    );
  const inUse = context ?? process.env["DOCKER_CONTEXT"];
  if (inUse) return ["--context", inUse];
  const address = host ?? process.env["DOCKER_HOST"];
  if (!address) return process.platform === "win32" ? [] : ["--host", LOCAL_ENGINE];
  const certificates = certPath ?? process.env["DOCKER_CERT_PATH"];
  return ["--host", address, ...(certificates ? tlsOptions(certificates) : [])];
}

/** The options as a person types them, behind the program's name. */
export function dockerInWords(options: readonly string[]): string {
  return ["docker", ...options.map(shellWord)].join(" ");
}

/** What a person types for an agent, where `docker` reaches its engine. */
export function shellOf(manifest: Pick<Manifest, "release">, docker: string, container: string): AgentShell {
  return {
    restart: `${docker} restart ${container}`,
    hermes: hermesCommand({ release: releaseOf(manifest), container, docker }),
    sh: (command) => `${docker} exec -it -u root ${container} sh -c ${shellWord(command)}`,
  };
}

const LOCAL_ENGINE = "unix:///var/run/docker.sock";

function tlsOptions(folder: string): readonly string[] {
  const file = (name: string) => join(folder, `${name}.pem`);
  return ["--tlsverify", "--tlscacert", file("ca"), "--tlscert", file("cert"), "--tlskey", file("key")];
}
