/** Plans of the shapes that `terraform show -json` prints. */

export type Attributes = Readonly<Record<string, unknown>>;

export interface Planned {
  readonly address?: string;
  readonly actions?: readonly string[];
  readonly before?: Attributes | null;
  readonly after?: Attributes | null;
  readonly after_unknown?: Attributes;
  readonly after_sensitive?: Attributes;
  readonly before_sensitive?: Attributes;
  readonly replace_paths?: readonly (readonly unknown[])[];
  readonly importing?: object;
  readonly deposed?: string;
  readonly previous_address?: string;
  readonly mode?: string;
}

/** The actions are those that follow from what was and what is to be. */
export function changeOf(
  type: string,
  { address = `${type}.hermes`, deposed, previous_address, mode = "managed", ...change }: Planned,
) {
  const { before = null, after = null } = change;
  const actions = before === null ? ["create"] : after === null ? ["delete"] : ["update"];
  return {
    address,
    type,
    mode,
    ...(deposed !== undefined && { deposed }),
    ...(previous_address !== undefined && { previous_address }),
    change: {
      actions,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
      ...change,
      before,
      after,
    },
  };
}

export function planOf(...changes: readonly object[]) {
  return { format_version: "1.2", planned_values: {}, resource_changes: changes };
}

export const REPLACED = ["delete", "create"];

type Place = { readonly name: string } | { readonly hostPath: string };

/** How a plan shows an agent on each kind of engine. */
export const KINDS = {
  docker: {
    type: "docker_container",
    on: (data: Place, { name = "hermes", release = "v2026.7.30" } = {}) => ({
      name,
      image: "sha256:0123",
      labels: [
        { label: "team", value: "research" },
        { label: "cdktf-hermes.settings", value: JSON.stringify(data) },
        { label: "cdktf-hermes.release", value: release },
      ],
      mounts: [
        { type: "volume", source: "work", target: "/work", read_only: false },
        "name" in data
          ? { type: "volume", source: data.name, target: "/opt/data", read_only: false }
          : { type: "bind", source: data.hostPath, target: "/opt/data", read_only: false },
      ],
    }),
  },
  caprover: {
    type: "caprover_app",
    on: (data: Place, { name = "hermes", release = "v2026.7.30" } = {}) => ({
      name,
      tags: ["hermes-agent"],
      delete_volumes: false,
      service_override: JSON.stringify({
        TaskTemplate: {
          ContainerSpec: { Args: ["gateway", "run"], Labels: { "cdktf-hermes.release": release } },
        },
      }),
      volumes: [
        { container_path: "/work", name: "work", host_path: null },
        "name" in data
          ? { container_path: "/opt/data", name: data.name, host_path: null }
          : { container_path: "/opt/data", name: null, host_path: data.hostPath },
      ],
    }),
  },
} as const;
