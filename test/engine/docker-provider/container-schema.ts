import {
  type Attributes,
  type Blocks,
  bool,
  integer,
  list,
  listNestedBlock,
  map,
  nested,
  type ObjectOf,
  set,
  setNestedBlock,
  string,
} from "../../../lib/terraform-plugin";
import {
  computed,
  defaulted,
  optional,
  optionalComputed,
  required,
} from "../../terraform-plugin/undescribed";
import { nanosecondsOf } from "./duration";

const replacing = { requiresReplace: true } as const;
/** Values that the engine chooses unless the configuration does. */
const kept = { requiresReplace: true, useStateForUnknown: true } as const;

const duration = defaulted(string, "0s", {
  validators: [
    (text) => (nanosecondsOf(text) === undefined ? `"${text}" is not a valid duration` : undefined),
  ],
});

/**
 * An attribute that is not `replacing` and that the update does not handle is stored, but never reaches the container
 * (#988).
 */
export const attributes = {
  id: computed(string, { useStateForUnknown: true }),
  exit_code: computed(integer, { useStateForUnknown: true }),
  network_data: computed(
    list(
      nested({
        network_name: computed(string),
        ip_address: computed(string),
        ip_prefix_length: computed(integer),
        gateway: computed(string),
        global_ipv6_address: computed(string),
        global_ipv6_prefix_length: computed(integer),
        ipv6_gateway: computed(string),
        mac_address: computed(string),
      }),
    ),
  ),
  name: required(string, replacing),
  image: required(string, replacing),
  rm: defaulted(bool, false),
  read_only: defaulted(bool, false, replacing),
  start: defaulted(bool, true),
  wait: defaulted(bool, false),
  wait_timeout: defaulted(integer, 60),
  must_run: defaulted(bool, true),
  container_read_refresh_timeout_milliseconds: defaulted(integer, 15000),
  hostname: optionalComputed(string, kept),
  domainname: optional(string, replacing),
  command: optionalComputed(list(string), kept),
  entrypoint: optionalComputed(list(string), kept),
  // If these two are left out, the image's values apply. The provider ignores that difference.
  user: optionalComputed(string, kept),
  working_dir: optionalComputed(string, kept),
  env: optionalComputed(set(string), kept),
  dns: optional(set(string), replacing),
  dns_opts: optional(set(string), replacing),
  dns_search: optional(set(string), replacing),
  group_add: optional(set(string), replacing),
  security_opts: optionalComputed(set(string), kept),
  publish_all_ports: optional(bool, replacing),
  privileged: optional(bool, replacing),
  restart: defaulted(string, "no", {
    validators: [
      (policy) =>
        /^(no|on-failure|always|unless-stopped)$/.test(policy)
          ? undefined
          : `"${policy}" is no restart policy`,
    ],
  }),
  max_retry_count: optional(integer),
  remove_volumes: defaulted(bool, true),
  destroy_grace_seconds: optional(integer),
  stop_signal: optionalComputed(string, kept),
  stop_timeout: optionalComputed(integer, kept),
  runtime: optionalComputed(string, kept),
  tmpfs: optional(map(string)),
  memory: optional(integer),
  memory_swap: optional(integer),
  shm_size: optionalComputed(integer, kept),
  cpu_shares: optional(integer),
  cpu_set: optional(string),
  cpus: optional(string, replacing),
  cpu_period: optional(integer),
  cpu_quota: optional(integer),
  log_driver: optionalComputed(string, kept),
  log_opts: optional(map(string), replacing),
  network_mode: defaulted(string, "bridge", replacing),
  pid_mode: optional(string, replacing),
  userns_mode: optional(string, replacing),
  ipc_mode: optionalComputed(string, kept),
  sysctls: optional(map(string), replacing),
  gpus: optional(string, replacing),
  init: optionalComputed(bool, { useStateForUnknown: true }),
  tty: defaulted(bool, false, replacing),
  stdin_open: defaulted(bool, false, replacing),
} satisfies Attributes;

export const blocks = {
  labels: setNestedBlock({
    attributes: { label: required(string, replacing), value: required(string, replacing) },
  }),
  capabilities: setNestedBlock({
    attributes: { add: optional(set(string), replacing), drop: optional(set(string), replacing) },
    maxItems: 1,
  }),
  host: setNestedBlock({
    attributes: { host: required(string, replacing), ip: required(string, replacing) },
  }),
  devices: setNestedBlock({
    attributes: {
      host_path: required(string, replacing),
      container_path: optional(string, replacing),
      permissions: optional(string, replacing),
    },
  }),
  ulimit: setNestedBlock({
    attributes: {
      name: required(string, replacing),
      soft: required(integer, replacing),
      hard: required(integer, replacing),
    },
  }),
  mounts: setNestedBlock({
    attributes: {
      type: required(string, {
        ...replacing,
        validators: [
          (type) => (/^(bind|volume|tmpfs)$/.test(type) ? undefined : `"${type}" is no type of mount`),
        ],
      }),
      target: required(string, replacing),
      source: optional(string, replacing),
      read_only: optional(bool, replacing),
    },
    blocks: {
      bind_options: listNestedBlock({
        attributes: { propagation: optional(string, replacing) },
        maxItems: 1,
      }),
    },
  }),
  volumes: setNestedBlock({
    attributes: {
      container_path: optional(string, replacing),
      host_path: optional(string, replacing),
      volume_name: optional(string, replacing),
      read_only: optional(bool, replacing),
    },
  }),
  ports: listNestedBlock({
    attributes: {
      internal: required(integer, replacing),
      external: optionalComputed(integer, kept),
      ip: defaulted(string, "0.0.0.0", replacing),
      protocol: defaulted(string, "tcp", replacing),
    },
  }),
  networks_advanced: setNestedBlock({
    attributes: {
      name: required(string, replacing),
      aliases: optional(set(string), replacing),
      ipv4_address: optional(string, replacing),
      ipv6_address: optional(string, replacing),
    },
  }),
  upload: setNestedBlock({
    attributes: {
      file: required(string, replacing),
      content: optional(string, replacing),
      content_base64: optional(string, replacing),
      source: optional(string, replacing),
      source_hash: optional(string, replacing),
      executable: defaulted(bool, false, replacing),
      permissions: optional(string, {
        ...replacing,
        validators: [
          (mode) =>
            /^0[0-7]{3}$/.test(mode) ? undefined : `"${mode}" is no mode of four octal digits such as 0640`,
        ],
      }),
    },
  }),
  healthcheck: listNestedBlock({
    attributes: {
      test: required(list(string)),
      interval: duration,
      timeout: duration,
      start_period: duration,
      start_interval: duration,
      retries: defaulted(integer, 0),
    },
    maxItems: 1,
  }),
} satisfies Blocks;

export type Planned = ObjectOf<typeof attributes, typeof blocks, "planned">;
export type State = ObjectOf<typeof attributes, typeof blocks, "state">;
