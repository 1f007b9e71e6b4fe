import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { Place } from "../../operations/manifest";
import { defaultProviderOf } from "../../support/default-provider";
import { requireProvider } from "../../support/required-provider";
import { shellWord } from "../../support/shell";
import { isSensitive } from "../../support/terraform-values";
import { escapeTemplate } from "../../support/tokens";
import { type Engine, engineAt, hostOf } from "./engine";

/** Terraform's name of the provider. */
const DOCKER = "docker";

interface EngineProvider extends TerraformProvider {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly certPath?: string | undefined;
  readonly sshOpts?: unknown;
  readonly certMaterial?: string | undefined;
  readonly keyMaterial?: string | undefined;
  readonly caMaterial?: string | undefined;
  /** The blocks, or what only Terraform knows. */
  readonly registryAuth?: unknown;
}

const defaultProvider = defaultProviderOf(isDockerProvider);

/** The engine that a construct's resources go to, as far as the program names it. */
export function engineOf(scope: Construct, provider?: TerraformProvider): Engine {
  return engineAt(scope, settingsOf(providerOf(scope, provider)));
}

/** Whether the address leads to the machine of the provider's engine, by whichever way. */
export function isOnMachineOf(
  scope: Construct,
  provider: TerraformProvider | undefined,
  address: string,
): boolean {
  const { host, context } = settingsOf(providerOf(scope, provider));
  const own = context || host === undefined ? undefined : hostOf(host);
  return own !== undefined && own !== "localhost" && own === hostOf(address);
}

/** The command `docker`, with the engine's address if the program names one that may be shown. */
export function dockerCommand(scope: Construct, provider?: TerraformProvider): string {
  const { host, context } = settingsOf(providerOf(scope, provider));
  if (context !== undefined) return `docker --context ${argument(scope, context, "DOCKER_CONTEXT")}`;
  return host === undefined ? "docker" : `docker -H ${argument(scope, host, "DOCKER_HOST")}`;
}

/** An output can't have a sensitive part. The shell then takes the value from its environment, or says what to set. */
function argument(scope: Construct, value: string, variable: string): string {
  return isSensitive(scope, value)
    ? escapeTemplate(`"\${${variable}:?set it to the engine of this agent}"`)
    : shellWord(value);
}

/** The engine as the program names it, for a command line. */
export function enginePlace(
  scope: Construct,
  provider?: TerraformProvider,
): Pick<Place & { kind: "docker" }, "host" | "context" | "certPath" | "inexpressible"> {
  const settings = settingsOf(providerOf(scope, provider));
  const { host, context, certPath } = settings;
  const shown = (value: string) => (isSensitive(scope, value) ? null : value);
  const inexpressible = INEXPRESSIBLE.flatMap(([prop, argument]) =>
    settings[prop] === undefined ? [] : [argument],
  );
  return {
    ...(host !== undefined && { host: shown(host) }),
    ...(context !== undefined && { context: shown(context) }),
    ...(certPath !== undefined && { certPath: shown(certPath) }),
    ...(inexpressible.length > 0 && { inexpressible }),
  };
}

/** Arguments of the provider that the docker command line has no option for, by their props. */
export const INEXPRESSIBLE = [
  ["sshOpts", "ssh_opts"],
  ["certMaterial", "cert_material"],
  ["keyMaterial", "key_material"],
  ["caMaterial", "ca_material"],
] as const;

/** @param prop that gives the provider */
export function requireDockerProvider(
  scope: Construct,
  provider: TerraformProvider | undefined,
  prop: string,
): void {
  requireProvider(scope, { type: DOCKER, name: "DockerProvider", provider, prop });
}

/** The provider that serves it: the one that was named, or its stack's default one. */
export function providerOf(scope: Construct, provider?: TerraformProvider): TerraformProvider | undefined {
  return provider ?? defaultProvider(scope);
}

/** What its constructor was given; nothing of what is no Docker provider. */
export function settingsOf(
  provider: TerraformProvider | undefined,
): Partial<Omit<EngineProvider, keyof TerraformProvider>> {
  return provider !== undefined && isDockerProvider(provider) ? provider : {};
}

export function isDockerProvider(construct: unknown): construct is EngineProvider {
  return TerraformProvider.isTerraformProvider(construct) && construct.terraformResourceType === DOCKER;
}
