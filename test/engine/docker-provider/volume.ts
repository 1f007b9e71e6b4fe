import { definitions, map, setNestedBlock, string } from "../../../lib/terraform-plugin";
import { computed, optional, optionalComputed, required } from "../../terraform-plugin/undescribed";
import { asked, type Client, removed, unless } from "./client";
import { given, labelBlocks, labelMap, resolve, settle } from "./values";

const replacing = { requiresReplace: true } as const;
const kept = { requiresReplace: true, useStateForUnknown: true } as const;

export const volume = definitions<Client>().resource({
  attributes: {
    id: computed(string, { useStateForUnknown: true }),
    name: optionalComputed(string, kept),
    driver: optionalComputed(string, kept),
    driver_opts: optional(map(string), replacing),
    mountpoint: computed(string, { useStateForUnknown: true }),
  },
  blocks: {
    labels: setNestedBlock({
      attributes: { label: required(string, replacing), value: required(string, replacing) },
    }),
  },
  version: 1,

  /** The engine returns an existing volume with that name, with its data and its own options. */
  async create({ name, driver, driver_opts, labels }, { providerData: client }) {
    const wanted = given(name);
    const wantedDriver = given(driver);
    const made = await asked(
      "Unable to create volume",
      client.docker.createVolume({
        ...(wanted !== undefined && { Name: wanted }),
        ...(wantedDriver !== undefined && { Driver: wantedDriver }),
        ...(driver_opts !== null && { DriverOpts: { ...driver_opts } }),
        Labels: labelMap(labels),
      }),
    );
    const found = await asked("Unable to inspect volume", made.inspect());
    return {
      id: found.Name,
      name: resolve(name, found.Name),
      driver: resolve(driver, found.Driver),
      mountpoint: found.Mountpoint,
    };
  },

  async read(state, { providerData: client }) {
    const inspected = client.docker.getVolume(state.id ?? "").inspect();
    const found = await asked("Unable to inspect volume", unless([404], inspected));
    if (found === undefined) return null;
    return {
      ...state,
      name: found.Name,
      driver: found.Driver,
      driver_opts: settle(state.driver_opts, found.Options ?? {}),
      labels: labelBlocks(found.Labels),
      mountpoint: found.Mountpoint,
    };
  },

  async delete({ id }, { providerData: client, signal }) {
    await removed(() => client.docker.getVolume(id ?? "").remove({ force: true }), {
      saidAs: "volume is in use",
      state: "in_use",
      seconds: client.volumeRemovalSeconds,
      signal,
    });
  },

  async importState(id, { providerData: client }) {
    const found = await asked("Unable to inspect volume", client.docker.getVolume(id).inspect());
    return {
      id,
      name: found.Name,
      driver: found.Driver,
      driver_opts: settle<Record<string, string>>(null, found.Options ?? {}),
      labels: labelBlocks(found.Labels),
      mountpoint: found.Mountpoint,
    };
  },
});
