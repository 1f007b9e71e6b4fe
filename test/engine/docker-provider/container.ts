import { setTimeout as sleep } from "node:timers/promises";
import { definitions, TerraformError, UNKNOWN } from "../../../lib/terraform-plugin";
import type { Behaviour } from "./behaviour";
import { asked, type Client, unless } from "./client";
import { createContainer } from "./container-create";
import { megabytes, restartPolicy } from "./container-options";
import { engineChosen, type Inspected, publishedPorts, readBack } from "./container-read";
import { attributes, blocks, type Planned, type State } from "./container-schema";
import { given, resolve } from "./values";

/** `docker_container`. */
export const container = (behaviour: Behaviour) =>
  definitions<Client>().resource({
    attributes,
    blocks,
    version: 2,
    ...(behaviour.containerTimeouts && { timeoutSeconds: { create: 1200, update: 1200, delete: 1200 } }),

    async create(planned, { providerData: client, signal, saveState }) {
      const started = Date.now();
      const exists = (id: string) => saveState({ id });
      const id = await createContainer(planned, { client, behaviour, signal, exists });
      if (behaviour.stoppedContainer === "deletes") await sleep(FIRST_LOOK_MS, undefined, { signal });
      const info = await inspect(client, id);
      const ended = !info.State.Running && Date.parse(info.State.FinishedAt) > started;
      if (ended && planned.must_run && behaviour.stoppedContainer === "deletes") {
        await remove(client, { ...planned, id }, behaviour);
        throw new TerraformError("container exited immediately");
      }
      return computedBy(planned, info);
    },

    async read(state, { providerData: client }) {
      const inspected = unless([404], client.docker.getContainer(state.id ?? "").inspect());
      const info = await asked("error fetching container information from Docker", inspected);
      if (info === undefined) return null;
      if (!info.State.Running && state.must_run && behaviour.stoppedContainer === "deletes") {
        await remove(client, state, behaviour);
        return null;
      }
      return readBack(state, info, behaviour);
    },

    async update(planned, { providerData: client, state: prior }) {
      const existing = client.docker.getContainer(prior.id ?? "");
      const restarts = behaviour.stoppedContainer === "reports" && !prior.must_run && planned.must_run;
      if (restarts && planned.start)
        await asked("Unable to start container", unless([304], existing.start()));
      if (APPLIED.some((name) => planned[name] !== prior[name])) {
        const swap = megabytes(given(planned.memory_swap));
        const updated = existing.update({
          RestartPolicy: restartPolicy(planned),
          CpuShares: planned.cpu_shares ?? 0,
          CpusetCpus: planned.cpu_set ?? "",
          Memory: megabytes(planned.memory ?? 0),
          ...(swap !== undefined && { MemorySwap: swap }),
        });
        await asked("Unable to update a container", updated);
      }
      return computedBy(planned, await inspect(client, prior.id ?? ""));
    },

    delete: (state, { providerData: client }) => remove(client, state, behaviour),

    importState: async (id, { providerData: client }) => imported(await inspect(client, id), behaviour),
  });

/** The apply itself notices a container that ends within this time. */
const FIRST_LOOK_MS = 100;

/** The only settings that reach an existing container. If one has changed, all are sent. */
const APPLIED = ["restart", "max_retry_count", "cpu_shares", "memory", "cpu_set", "memory_swap"] as const;

type Removal = Pick<State, "id" | "destroy_grace_seconds" | "remove_volumes">;

/** SIGKILL at once without `destroy_grace_seconds`, whatever `stop_timeout` says. */
async function remove(
  { docker }: Client,
  { id, destroy_grace_seconds, remove_volumes }: Removal,
  { missingAtDestroy }: Behaviour,
): Promise<void> {
  const existing = docker.getContainer(id ?? "");
  const fine = missingAtDestroy === "passes" ? [304, 404] : [304];
  const grace = Math.max(destroy_grace_seconds ?? 0, 0);
  await asked(`Error stopping container ${id}`, unless(fine, existing.stop({ t: grace })));
  const removed = existing.remove({ v: remove_volumes, force: true });
  await asked(`Error deleting container ${id}`, unless([404], removed));
}

function inspect({ docker }: Client, id: string): Promise<Inspected> {
  return asked("error inspecting container", docker.getContainer(id).inspect());
}

/** Values that the plan left to the engine. */
function computedBy(planned: Planned, info: Inspected) {
  const chosen = engineChosen(info);
  return {
    ...chosen,
    exit_code: planned.exit_code === UNKNOWN ? null : planned.exit_code,
    hostname: resolve(planned.hostname, chosen.hostname),
    command: resolve(planned.command, chosen.command),
    entrypoint: resolve(planned.entrypoint, chosen.entrypoint),
    user: resolve(planned.user, chosen.user),
    working_dir: resolve(planned.working_dir, chosen.working_dir),
    // The image's own environment is not read.
    env: resolve<readonly string[]>(planned.env, []),
    security_opts: resolve(planned.security_opts, chosen.security_opts),
    stop_signal: resolve(planned.stop_signal, chosen.stop_signal),
    stop_timeout: resolve(planned.stop_timeout, chosen.stop_timeout),
    runtime: resolve(planned.runtime, chosen.runtime),
    shm_size: resolve(planned.shm_size, chosen.shm_size),
    log_driver: resolve(planned.log_driver, chosen.log_driver),
    ipc_mode: resolve(planned.ipc_mode, chosen.ipc_mode),
    init: resolve(planned.init, chosen.init),
    ports: planned.ports.map((port) => ({
      ...port,
      external: resolve(port.external, externalOf(port, info)),
    })),
  };
}

function externalOf({ internal, protocol }: Planned["ports"][number], info: Inspected): number {
  const found = publishedPorts(info).find((one) => one.internal === internal && one.protocol === protocol);
  return found?.external ?? 0;
}

/** Settings that are not read back are empty, so the next plan replaces a container that has any of them. */
function imported(info: Inspected, behaviour: Behaviour): State {
  const unread = {
    env: [],
    labels: [],
    upload: [],
    volumes: [],
    networks_advanced: [],
    capabilities: [],
    healthcheck: [],
    exit_code: null,
    domainname: null,
    dns: null,
    dns_opts: null,
    dns_search: null,
    group_add: null,
    publish_all_ports: null,
    privileged: null,
    max_retry_count: null,
    destroy_grace_seconds: null,
    tmpfs: null,
    memory: null,
    memory_swap: null,
    cpu_shares: null,
    cpu_set: null,
    cpus: null,
    cpu_period: null,
    gpus: null,
    cpu_quota: null,
    log_opts: null,
    pid_mode: null,
    userns_mode: null,
    sysctls: null,
  };
  const defaults = {
    start: true,
    wait: false,
    wait_timeout: 60,
    must_run: true,
    remove_volumes: true,
    container_read_refresh_timeout_milliseconds: 15000,
    name: "",
    image: "",
    rm: false,
    read_only: false,
    restart: "no",
    network_mode: "bridge",
    tty: false,
    stdin_open: false,
    host: [],
    devices: [],
    ulimit: [],
    mounts: [],
    ports: [],
  };
  return readBack({ ...unread, ...defaults, ...engineChosen(info) }, info, {
    ...behaviour,
    readsUnconfigured: true,
  });
}
