import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { defaultProviderOf } from "../../support/default-provider";

interface EngineProvider extends TerraformProvider {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly sshOpts?: unknown;
  readonly keyMaterial?: string | undefined;
  /** The blocks, or what only Terraform knows. */
  readonly registryAuth?: unknown;
}

const defaultProvider = defaultProviderOf(isDockerProvider);

/** The engine that a construct's resources go to, as far as the program names it. */
export function engineOf(scope: Construct, provider?: TerraformProvider): string {
  const { host, context } = settingsOf(providerOf(scope, provider));
  return `docker ${host ?? ""} ${context ?? ""}`;
}

/** The command `docker`, with the engine's address if the program names one. */
export function dockerCommand(scope: Construct, provider?: TerraformProvider): string {
  const { host, context } = settingsOf(providerOf(scope, provider));
  if (context !== undefined) return `docker --context ${context}`;
  return host === undefined ? "docker" : `docker -H ${host}`;
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
  return TerraformProvider.isTerraformProvider(construct) && construct.terraformResourceType === "docker";
}
