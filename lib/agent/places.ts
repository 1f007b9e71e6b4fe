/** Where an agent's data and mounts are, in a form in which equal places are equal. */
import type { Construct } from "constructs";
import { PATH_OPTIONS } from "../rules/data";
import { normalHostPath } from "../support/host-path";
import type { Place } from "../support/places";
import { referenceOf } from "../support/terraform-values";
import { isUnresolved } from "../support/tokens";
import type { BoundTarget } from "../targets/target";
import type { DataSource } from "./settings/agent-settings";
import type { GivenMount } from "./settings/mounts";

/** What a prop names, and the places at which that can be reached. */
export interface Stored {
  readonly prop: string;
  readonly value: string;
  readonly at: readonly Place[];
}

/** A mount that no prop of the agent asks for. */
export type MountBeside = NonNullable<BoundTarget["mounts"]>[number];

type Where = Pick<BoundTarget, "engine" | "machine" | "volumesPath">;

export function dataPlaces(scope: Construct, where: Where, source: DataSource): readonly Stored[] {
  if (source.kind === "host-path") {
    const { hostPath } = source;
    return [{ prop: "data.hostPath", value: hostPath, at: [directory(scope, where, hostPath)] }];
  }
  const { name, options } = source;
  const stored = [{ prop: "data.name", value: name, at: volume(scope, where, name) }];
  const driverOptions = options?.driverOptions ?? {};
  const paths = PATH_OPTIONS.flatMap((option): Stored[] => {
    const path = driverOptions[option];
    if (path === undefined) return [];
    const at = devicePlaces(scope, where, path, driverOptions);
    return [{ prop: `data.driverOptions.${option}`, value: path, at }];
  });
  return [...stored, ...paths];
}

export function mountPlaces(
  scope: Construct,
  where: Where,
  mounts: readonly GivenMount[],
  beside: readonly MountBeside[],
): readonly Stored[] {
  const own = mounts.map(({ prop, mount: { hostPath, volume: name } }): Stored => {
    return hostPath === undefined
      ? { prop: `${prop}.volume`, value: name, at: volume(scope, where, name) }
      : { prop: `${prop}.hostPath`, value: hostPath, at: [directory(scope, where, hostPath)] };
  });
  const others = beside.map(({ prop, hostPath, volume: name }): Stored => {
    return hostPath === undefined
      ? { prop, value: name, at: volume(scope, where, name) }
      : { prop, value: hostPath, at: [directory(scope, where, hostPath)] };
  });
  return [...own, ...others];
}

/** A volume by its name, and as the directory in which its engine keeps it. */
function volume(scope: Construct, { engine, machine = engine, volumesPath }: Where, name: string): Place[] {
  const byName: Place = { root: `${engine} volume ${referenceOf(scope, name)}`, path: "/" };
  if (volumesPath === undefined || isUnresolved(name)) return [byName];
  return [byName, { root: machine, path: `${volumesPath}/${name}` }];
}

/** Of a path that Terraform completes, the text before and behind its value is known. */
function directory(scope: Construct, { engine, machine = engine }: Where, hostPath: string): Place {
  const path = referenceOf(scope, hostPath);
  if (path.startsWith("/")) return { root: machine, path: normalHostPath(path) };
  const [, value = path, below = "/"] = /^(\$\{[^{}]*\})(\/.*)?$/s.exec(path) ?? [];
  return { root: `${machine} path ${value}`, path: normalHostPath(below) };
}

/** A directory or a disk of the machine, or a share, which is the same one from every machine. */
function devicePlaces(
  scope: Construct,
  where: Where,
  device: string,
  { type = "", o = "" }: DataSourceOptions,
): Place[] {
  if (!SHARES.test(type)) return device.startsWith("/") ? [directory(scope, where, device)] : [];
  const share = referenceOf(scope, device).replace(/^\/\/([^/]*)/, "$1:");
  const [, server = "", path = "/"] = /^([^:]*):?(.*)$/s.exec(share) ?? [];
  const address = server || (/(?:^|,)addr=([^,]*)/.exec(referenceOf(scope, o))?.[1] ?? "");
  return [{ root: `share ${address.toLowerCase()}`, path: normalHostPath(`/${path}`) }];
}

type DataSourceOptions = { readonly type?: string; readonly o?: string };

const SHARES = /^(?:nfs4?|cifs|smb3?)$/;
