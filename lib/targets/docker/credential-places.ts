import type { TerraformProvider } from "cdktf";
import { type GivenPlaces, type SecretPlace, type TextPlace, textsIn } from "../../support/credential-places";
import { isRecord } from "../../support/objects";
import type { DockerTargetProps } from "./props";
import { settingsOf } from "./provider";

/** Where a credential stands in the target's own props and in its providers', or could stand by mistake. */
export function placesOf(
  { provider: _provider, sidecars: _sidecars, sidecarStack: _stack, ...props }: DockerTargetProps,
  providers: readonly (TerraformProvider | undefined)[],
): GivenPlaces {
  const used = [...new Set(providers)].flatMap((provider) => (provider ? [provider] : []));
  return {
    secrets: used.flatMap(secretsOf),
    texts: [...textsIn(props, "target"), ...used.flatMap(textsOf)],
  };
}

/** The same of the sidecars, which may be in another stack, and then their secrets are too. */
export function sidecarPlaces({ sidecars = {} }: DockerTargetProps): GivenPlaces {
  const all = Object.entries(sidecars);
  return {
    secrets: all.flatMap(([name, { secrets = {} }]) =>
      Object.entries(secrets).map(([variable, value]) => ({
        prop: `target.sidecars.${name}.secrets.${variable}`,
        value,
      })),
    ),
    texts: all.flatMap(([name, { env, secrets: _secrets, ...others }]) => [
      ...textsIn(others, `target.sidecars.${name}`),
      // A variable's name has a rule of its own.
      ...[...textsIn(env, `target.sidecars.${name}.env`)].map((place) => ({ ...place, name: "" })),
    ]),
  };
}

/** A key for the engine, and passwords of registries. */
function secretsOf(provider: TerraformProvider): readonly SecretPlace[] {
  const passwords = logins(provider).map(({ password }, i) => ({
    name: `registryAuth[${i}].password`,
    value: password,
  }));
  const given = [...passwords, { name: "keyMaterial", value: settingsOf(provider).keyMaterial }];
  return given.flatMap(({ name, value }) =>
    typeof value === "string" && value !== "" ? [{ prop: `${nameOf(provider)}.${name}`, value }] : [],
  );
}

function textsOf(provider: TerraformProvider): readonly TextPlace[] {
  const { host, sshOpts } = settingsOf(provider);
  const registryAuth = logins(provider).map(({ password: _password, ...others }) => others);
  return [...textsIn({ host, sshOpts, registryAuth }, nameOf(provider))];
}

/** The blocks, as far as the program says them. */
function logins(provider: TerraformProvider): readonly Readonly<Record<string, unknown>>[] {
  const { registryAuth } = settingsOf(provider);
  return Array.isArray(registryAuth) ? registryAuth.filter(isRecord) : [];
}

function nameOf(provider: TerraformProvider): string {
  return `DockerProvider ${provider.node.id}`;
}
