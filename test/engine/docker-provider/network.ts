import { setTimeout as sleep } from "node:timers/promises";
import type { NetworkInspectInfo } from "dockerode";
import {
  bool,
  computed,
  defaulted,
  definitions,
  map,
  optional,
  optionalComputed,
  required,
  setBlock,
  string,
  TerraformError,
} from "../../../lib/terraform-plugin";
import { asked, type Client, reasonOf, unless } from "./client";
import { given, labelBlocks, labelMap, resolve, settle } from "./values";

const REMOVE_ATTEMPTS = 30;

const replacing = { requiresReplace: true } as const;
const kept = { requiresReplace: true, keepPrior: true } as const;

export const network = definitions<Client>().resource({
  attributes: {
    id: computed(string, { keepPrior: true }),
    name: required(string, replacing),
    driver: optionalComputed(string, kept),
    options: optionalComputed(map(string), kept),
    internal: optionalComputed(bool, kept),
    attachable: optional(bool, replacing),
    ipv6: optional(bool, replacing),
    ipam_driver: defaulted(string, "default", replacing),
    scope: computed(string, { keepPrior: true }),
  },
  blocks: {
    labels: setBlock({
      attributes: { label: required(string, replacing), value: required(string, replacing) },
    }),
  },
  version: 1,

  async create(planned, { client, saveState }) {
    const driver = given(planned.driver);
    const made = await asked(
      "Unable to create network",
      client.docker.createNetwork({
        Name: planned.name,
        ...(driver !== undefined && { Driver: driver }),
        Options: { ...given(planned.options) },
        Internal: given(planned.internal) ?? false,
        Attachable: planned.attachable ?? false,
        EnableIPv6: planned.ipv6 ?? false,
        IPAM: { Driver: planned.ipam_driver },
        Labels: labelMap(planned.labels),
      }),
    );
    saveState({ id: made.id });
    const found: NetworkInspectInfo = await asked("Unable to inspect network", made.inspect());
    return {
      id: made.id,
      driver: resolve(planned.driver, found.Driver),
      options: resolve(planned.options, found.Options ?? {}),
      internal: resolve(planned.internal, found.Internal),
      scope: found.Scope,
    };
  },

  async read(state, { client }) {
    const inspected: Promise<NetworkInspectInfo> = client.docker.getNetwork(state.id ?? "").inspect();
    const found = await asked("Unable to inspect network", unless([404], inspected));
    if (found === undefined) return null;
    return {
      ...state,
      name: found.Name,
      driver: found.Driver,
      options: found.Options ?? {},
      internal: found.Internal,
      attachable: settle(state.attachable, found.Attachable),
      ipv6: settle(state.ipv6, found.EnableIPv6),
      ipam_driver: found.IPAM?.Driver ?? "default",
      labels: labelBlocks(found.Labels),
      scope: found.Scope,
    };
  },

  async delete({ id }, { client, signal }) {
    for (let attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
      try {
        await unless([404], client.docker.getNetwork(id ?? "").remove());
        return;
      } catch (error) {
        if (!reasonOf(error).includes("has active endpoints")) throw new TerraformError(reasonOf(error));
      }
      await sleep(1000, undefined, { signal });
    }
    throw new TerraformError("timeout while waiting for state to become 'removed' (last state: 'pending')");
  },
});
