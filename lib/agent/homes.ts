/** What each profile's home gets at every boot, where an agent has several: its settings and its secrets. */
import type { ConfigLeaf, Value } from "../boot/declaration";
import { type ConfigValue, declaredLeaves } from "../hermes/managed-config";
import { MODEL_SETTINGS, wonByTheVolume } from "../hermes/model-settings";
import { fitsEnvLine } from "../hermes/secret-checks";
import type { Secret } from "../support/secret";
import { holdsToken, isUnresolved } from "../support/tokens";
import type { OwnProfile } from "./profiles";
import type { Home } from "./settings/home";
import { valueName } from "./settings/value-name";

const MODEL_KEY = ["model", MODEL_SETTINGS.apiKey.configKey].join(".");

export function homeOf({ name, prop, settings, environment, pins }: OwnProfile): Home {
  const values = new Values(name);
  const { secrets } = environment;
  const isNamed = prop !== "";
  const key = secrets.find((secret) => secret.name === MODEL_SETTINGS.apiKey.variable);
  const config = declaredLeaves(pins.config ?? {}).map(({ path, value }): ConfigLeaf => {
    // A reference in a second profile's config.yaml is the whole process's, and so perhaps another profile's key.
    if (isNamed && key && path.join(".") === MODEL_KEY) return { path, ...values.secret(key) };
    return { path, ...values.setting(path, value) };
  });
  const lines = secrets.filter((secret) => !isNamed || secret !== key);
  const given = [...Object.keys(pins.variables), ...secrets.map((secret) => secret.name)];
  const providerOfKey = given.includes(MODEL_SETTINGS.apiKey.variable) ? settings.model?.provider : undefined;
  return {
    profile: name,
    config,
    env: {
      // Keys and endpoints that would go with a key of the program.
      ...Object.fromEntries(
        wonByTheVolume(providerOfKey, given)
          .filter((variable) => !given.includes(variable))
          .map((variable) => [variable, null]),
      ),
      ...Object.fromEntries(
        // A longer text of the agent's own `env` is in the environment alone.
        Object.entries(pins.variables)
          .filter(([, text]) => isUnresolved(text) || fitsEnvLine(text))
          .map(([variable, text]) => [variable, values.line(variable, text)]),
      ),
      ...Object.fromEntries(lines.map((secret) => [secret.name, values.secret(secret)])),
    },
    values: values.apart,
  };
}

/** Values of a declaration. What only Terraform knows stands apart. */
class Values {
  readonly apart: Record<string, ConfigValue> = {};

  constructor(private readonly profile: string) {}

  /** One of a secrets file reaches the container by that file. */
  secret({ name, value }: { readonly name: string; readonly value: Secret }): Value<never> {
    const from = valueName(this.profile, name);
    if (typeof value === "string") this.apart[from] = value;
    return { from };
  }

  line(variable: string, text: string): Value<string> {
    return isUnresolved(text) ? this.take(variable, text) : { value: text };
  }

  setting(path: readonly string[], value: ConfigValue): Value<ConfigValue> {
    const name = `CONFIG__${path.join("_").replaceAll(/\W/g, "_")}`;
    return holdsToken(value) ? this.take(name, value) : { value };
  }

  private take(name: string, value: ConfigValue): { readonly from: string } {
    const wanted = valueName(this.profile, name);
    const from = Object.hasOwn(this.apart, wanted) ? `${wanted}_${Object.keys(this.apart).length}` : wanted;
    this.apart[from] = value;
    return { from };
  }
}
