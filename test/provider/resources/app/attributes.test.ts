/** Holds for every row of the table, so a new attribute is tested as soon as it is there. */
import fc from "fast-check";
import { WITHOUT_RESTART } from "../../../../lib/caprover-server/restart";
import { type App, readApp } from "../../../../lib/provider/captain/app";
import { isJsonObject } from "../../../../lib/provider/captain/json";
import type { Row, Secrets, Seen } from "../../../../lib/provider/resources/app/row";
import { rows } from "../../../../lib/provider/resources/app/schema";
import { rememberSecrets } from "../../../../lib/provider/resources/app/state";
import { SecretDigests } from "../../../../lib/provider/secrets/digests";
import { readOverride } from "../../../../lib/provider/settings/override";
import { type Changes, changesOf, type Settings } from "../../../../lib/provider/settings/settings";
import { WantedValue } from "../../../../lib/provider/settings/wanted-value";
import type { Attribute, Attributes, AttributeType, Problem } from "../../../../lib/terraform-plugin";
import {
  type AppDefinition,
  newAppDefinition,
} from "../../../../lib/testing/caprover-sandbox/captain/app-definition";
import {
  overlay,
  readSettings,
  replaceSettings,
} from "../../../../lib/testing/caprover-sandbox/captain/app-settings";
import { DEFAULT_NGINX_CONFIG } from "../../../../lib/testing/caprover-sandbox/captain/nginx";
import { toJsonObject } from "../../../../lib/testing/caprover-sandbox/engine/json";
import { SETTINGS } from "../../rollout/settings";

const TEXTS = [
  "text",
  "another-text",
  "/a/path",
  "/another",
  '{"TaskTemplate":{"ContainerSpec":{"User":"me"}}}',
  '{"TaskTemplate":{"ContainerSpec":{"Hostname":"here"}}}',
];

interface Check {
  run(value: unknown): Problem | undefined;
}

/** What a configuration may say: values that pass the attribute's own checks, none of them Swarm's default. */
function valuesOf({ type, mode, validators = [] }: Attribute): fc.Arbitrary<unknown> {
  const checks: Check[] = validators.map((run) => ({ run }));
  const valid = valuesOfType(type).filter((value) => checks.every((check) => check.run(value) === undefined));
  return mode === "optional" ? fc.option(valid) : valid;
}

function valuesOfType(type: AttributeType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "primitive":
      if (type.type === "bool") return fc.boolean();
      return type.type === "number" ? fc.integer({ min: 20, max: 1000 }) : fc.constantFrom(...TEXTS);
    case "nested":
      return fc.record(nested(type.attributes, valuesOf));
    case "map":
      return fc.dictionary(fc.constantFrom("FIRST", "SECOND"), valuesOfType(type.element));
    default:
      return fc.uniqueArray(valuesOfType(type.element), {
        maxLength: 2,
        selector: (value) => JSON.stringify(value),
      });
  }
}

const nested = <T>(attributes: Attributes, of: (attribute: Attribute) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, of(attribute)]));

/** A volume has a name or a path: the one rule for a value that spans the attributes in it. */
const isPossible = (value: unknown): boolean => {
  const objects = Array.isArray(value) ? value.filter(isJsonObject) : [];
  const mounts = objects.filter((one) => "host_path" in one);
  // a path of the container has one mount
  const isOnce = new Set(mounts.map((one) => one["container_path"])).size === mounts.length;
  return isOnce && mounts.every((one) => (one["name"] === null) !== (one["host_path"] === null));
};

/** No state holds a write-only attribute. */
function inState(value: unknown, type: AttributeType): unknown {
  if (type.kind !== "nested" || !isJsonObject(value)) return value;
  const stored = Object.entries(value).filter(([name]) => type.attributes[name]?.mode !== "writeOnly");
  return Object.fromEntries(stored);
}

const BASE: Settings = {
  ...SETTINGS,
  acceptsDeployToken: true,
  deployToken: WantedValue.of("a-token-of-mine"),
};

/** The write-only values in a value of an attribute, all of them to be sent. */
function secretsIn(value: unknown): Secrets {
  const sent = (text: unknown) =>
    typeof text === "string" ? WantedValue.of(text) : WantedValue.kept(undefined);
  const object = isJsonObject(value) ? value : {};
  const variables = Object.entries(object).filter(([, one]) => typeof one === "string");
  return {
    environment: Object.fromEntries(variables.map(([key, one]) => [key, sent(one)])),
    deployToken: sent(value),
    password: sent(object["password_wo"]),
  };
}

/** As the sandbox lists a saved app. */
function listed(saved: AppDefinition): App {
  const raw = { ...toJsonObject(saved), appName: "agent", isLegacyAppName: false };
  return readApp(raw, DEFAULT_NGINX_CONFIG);
}

/** The sandbox saves the settings that it knows, and drops every other key, as CapRover does. */
function save(saved: AppDefinition, changes: Changes): AppDefinition {
  return replaceSettings(saved, readSettings(overlay(saved, toJsonObject(changes)), saved));
}

function seen(app: App, digests: SecretDigests): Seen {
  const computed = {
    id: "",
    deployed_version: 0,
    image: null,
    url: null,
    internal_host: "",
    root_domain: "",
  };
  return { app, computed, service: readOverride(app), secretKeys: [], digests, hasSeveralNodes: true };
}

test("the attributes whose change restarts no container are those that CapRover never gets", () => {
  const unsent = Object.entries<Row>(rows).filter(([, { sent }]) => sent === "not sent");
  expect(unsent.map(([name]) => name).sort()).toEqual([...WITHOUT_RESTART].sort());
});

const settings = Object.entries<Row>(rows).filter(([, { sent }]) => sent === "as settings");

test.each(
  settings,
)("%s is sent when it changes, kept by the sandbox, and read as it was planned", (_name, row) => {
  const values = valuesOf(row.attribute).filter(isPossible);
  let sent = 0;
  fc.assert(
    fc.property(values, values, (before, after) => {
      const fresh = newAppDefinition(true, "");
      const saved = save(
        fresh,
        changesOf(listed(fresh), { ...BASE, ...row.write?.(before, secretsIn(before)) }),
      );
      const first = listed(saved);
      const changes = changesOf(first, { ...BASE, ...row.write?.(after, secretsIn(after)) });
      const second = listed(save(saved, changes));
      const isChanged = Object.keys(changes).length > 0;
      if (isChanged) sent++;
      expect(changesOf(second, { ...BASE, ...row.write?.(after, secretsIn(after)) })).toEqual({});
      if (row.read === undefined) return;

      const kept = new Map<string, string>();
      rememberSecrets(kept, first, []);
      const digests = SecretDigests.read(kept);
      const planned = inState(before, row.attribute.type);
      expect(row.read(seen(first, digests), planned)).toEqual(planned);
      // what is left out is left to CapRover
      const isWatched = row.attribute !== rows.node_id.attribute || before !== null;
      if (isChanged && isWatched) expect(row.read(seen(second, digests), planned)).not.toEqual(planned);
    }),
    { numRuns: 40 },
  );
  expect(sent).toBeGreaterThan(0);
});
