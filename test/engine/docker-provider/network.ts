import type { NetworkInspectInfo } from "dockerode";
import { bool, definitions, map, setNestedBlock, string } from "../../../lib/terraform-plugin";
import {
  computed,
  defaulted,
  optional,
  optionalComputed,
  required,
} from "../../terraform-plugin/undescribed";
import { asked, type Client, removed, unless } from "./client";
import { given, labelBlocks, labelMap, resolve, settle } from "./values";

const REMOVAL_SECONDS = 30;

const replacing = { requiresReplace: true } as const;
const kept = { requiresReplace: true, useStateForUnknown: true } as const;

export const network = definitions<Client>().resource({
  attributes: {
    id: computed(string, { useStateForUnknown: true }),
    name: required(string, replacing),
    driver: optionalComputed(string, kept),
    options: optionalComputed(map(string), kept),
    internal: optionalComputed(bool, kept),
    attachable: optional(bool, replacing),
    ipv6: optional(bool, replacing),
    ipam_driver: defaulted(string, "default", replacing),
    scope: computed(string, { useStateForUnknown: true }),
  },
  blocks: {
    labels: setNestedBlock({
      attributes: { label: required(string, replacing), value: required(string, replacing) },
    }),
  },
  version: 1,

  async create(planned, { providerData: client, saveState }) {
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

  async read(state, { providerData: client }) {
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

  async delete({ id }, { providerData: client, signal }) {
    await removed(() => client.docker.getNetwork(id ?? "").remove(), {
      saidAs: "has active endpoints",
      state: "pending",
      seconds: REMOVAL_SECONDS,
      signal,
    });
  },
});
