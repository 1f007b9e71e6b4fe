/** What each profile's home gets at every boot, where an agent has several: its settings, its secrets and its mind. */
import { ref, Token } from "cdktf";
import type { ConfigLeaf, ProfileDeclaration, Value } from "../boot/declaration";
import { routedConfig } from "../hermes/config-routes";
import { type ConfigMap, type ConfigValue, mergeLeaves } from "../hermes/managed-config";
import { decidedOverTheVolume, MODEL_SETTINGS } from "../hermes/model-settings";
import { DEFAULT_PROFILE } from "../hermes/profiles";
import { fitsEnvLine } from "../hermes/secret-checks";
import { expressionOf, holdsToken, isUnresolved } from "../support/tokens";
import { type DeclaredProfile, declarationOf, mindSettings } from "./mind";
import type { OwnProfile, Shared } from "./profiles";
import { mindSecrets } from "./settings/mind-secrets";
import type { SecretVariable } from "./settings/secret-variable";
import { valueName } from "./settings/value-name";

/** @param multiplexed one gateway serves all profiles */
export function homeOf(profile: OwnProfile, shared: Shared, multiplexed: boolean): DeclaredProfile {
  const { name, prop, settings, mind, environment, pins } = profile;
  const isNamed = prop !== "";
  const values: Record<string, ConfigValue> = {};
  const secret = ({ name: variable, value }: SecretVariable, owner = name): Value<never> => {
    const from = valueName(owner, variable);
    // One of a secrets file reaches the container by that file.
    if (typeof value === "string") values[from] = asToken(value);
    return { from };
  };
  const line = (variable: string, text: string): Value<string> => {
    if (!isUnresolved(text)) return { value: text };
    const from = valueName(name, variable);
    values[from] = asToken(text);
    return { from };
  };

  // A reference in a second profile's config.yaml is the whole process's, and so perhaps another profile's secret.
  const literal = isNamed ? referredTo(profile) : new Map<string, SecretVariable>();
  const secrets = environment.secrets.filter((one) => !literal.has(one.name));
  const ofAll = shared.environment.secrets;
  const given = [...Object.keys(pins.variables), ...[...secrets, ...ofAll].map((one) => one.name)];
  const gone = decidedOverTheVolume(settings.model?.provider, given).filter((one) => !given.includes(one));
  const env: ProfileDeclaration["env"] = {
    ...Object.fromEntries(gone.map((variable) => [variable, null])),
    // A longer text of the agent's own `env` is in the environment alone.
    ...Object.fromEntries(
      Object.entries(pins.variables)
        .filter(([, text]) => isUnresolved(text) || fitsEnvLine(text))
        .map(([variable, text]) => [variable, line(variable, text)]),
    ),
    ...Object.fromEntries(ofAll.map((one) => [one.name, secret(one, DEFAULT_PROFILE)])),
    ...Object.fromEntries(secrets.map((one) => [one.name, secret(one)])),
  };
  const { declaration, values: apart } = declarationOf({
    profile: name,
    mind: settings,
    content: mind,
    config: configOf(profile, shared),
    env,
    ownGateway: isNamed && !multiplexed,
  });
  const config = declaration.config.map((leaf): ConfigLeaf => {
    const value = "value" in leaf ? leaf.value : undefined;
    const [, variable = ""] = typeof value === "string" ? (/^\$\{(\w+)\}$/.exec(value) ?? []) : [];
    const found = literal.get(variable);
    return found === undefined ? leaf : { path: leaf.path, ...secret(found) };
  });
  return { declaration: { ...declaration, config }, values: { ...apart, ...values } };
}

/** In settings of Hermes, `${…}` that was written by hand is Hermes' own. Here it is Terraform's. */
function asToken(value: string): string {
  return holdsToken(value) ? value : Token.asString(ref(expressionOf(value)));
}

/** All of config.yaml that the program decides: the managed file would hold it for every profile. */
function configOf({ name, settings, pins }: OwnProfile, { terminal }: Shared): ConfigMap {
  const given = mergeLeaves(settings.config ?? {}, terminal ? { terminal } : {});
  const home = mergeLeaves(routedConfig(given).home, mindSettings(name, settings).home);
  return mergeLeaves(pins.config ?? {}, home);
}

/** Secrets that stand in config.yaml, of which the name of a variable is there at first. */
function referredTo({ settings, environment }: OwnProfile): ReadonlyMap<string, SecretVariable> {
  const names = new Set([
    ...mindSecrets({ ...(settings.mcpServers && { mcpServers: settings.mcpServers }) }).map(
      ({ name }) => name,
    ),
    MODEL_SETTINGS.apiKey.variable,
  ]);
  return new Map(
    environment.secrets.filter(({ name }) => names.has(name)).map((secret) => [secret.name, secret]),
  );
}
