import type { AgentSettings } from "../agent/settings/agent-settings";
import { engineMounts } from "../agent/settings/mounts";
import { terminalBackendOf } from "../agent/settings/terminal";
import { DATA_PATH } from "../hermes/container-contract";
import { hasFeature } from "../hermes/releases";
import {
  DOCKER_HOST_VARIABLE,
  TERMINAL_BACKEND,
  TERMINAL_BACKENDS,
  terminalSetting,
} from "../hermes/terminal";
import { WRITE_ROOTS_VARIABLE } from "../hermes/write-guard";
import { showValue } from "../support/errors";
import { nearest } from "../support/spelling";
import { rulesFor, when } from "./rule";
import type { AgentSubject } from "./subject";

export const TERMINAL_RULES = rulesFor<AgentSubject>()({
  "terminal-backend-unknown": {
    severity: "error",
    refuses: "a terminal backend that Hermes does not know",
    because: "the agent then has no terminal",
    seen: "run 0.19.0: tools/terminal_tool.py has no terminal; names are compared as they are written",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings);
      return when(backend !== undefined && TERMINAL_BACKENDS[backend.name] === undefined, () => {
        const names = Object.keys(TERMINAL_BACKENDS);
        const near = nearest(backend?.name ?? "", names);
        return {
          prop: backend?.prop ?? "",
          value: showValue(backend?.name),
          allowed: names.join(", "),
          fix: near === undefined ? "name one of them" : `did you mean ${showValue(near)}?`,
        };
      });
    },
  },
  "terminal-backend-overruled": {
    severity: "warning",
    refuses: `a terminal backend other than local in ${TERMINAL_BACKEND.variable}`,
    because:
      "the image puts a config.yaml with `terminal.backend: local` on the volume, and config.yaml wins over the variable",
    seen: "0.19.0: gateway/run.py lets config.yaml win; upstream's cli-config.yaml.example, read",
    check: ({ settings, release }) => {
      const backend = terminalBackendOf(settings);
      return when(
        backend !== undefined &&
          backend.name !== "local" &&
          backend.prop.startsWith("env.") &&
          hasFeature(release, "managedScope"),
        () => ({
          prop: backend?.prop ?? "",
          value: showValue(backend?.name),
          fix: `write config: { terminal: { ${TERMINAL_BACKEND.configKey}: ${showValue(backend?.name)} } }`,
        }),
      );
    },
  },
  "terminal-backend-incomplete": {
    severity: "error",
    refuses: "the terminal backend ssh without host and user, or daytona without its key",
    because: "no command runs",
    seen: "run 0.19.0: tools/terminal_tool.py has no terminal",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings);
      const needs = backend === undefined ? [] : (TERMINAL_BACKENDS[backend.name]?.needs ?? []);
      const missing = needs.filter(
        ({ variable, configKey }) =>
          !isGiven(settings, variable) &&
          (configKey === undefined || terminalSetting(settings.config, configKey) === undefined),
      );
      return when(missing.length > 0, () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        problem: `${missing.map(({ variable }) => variable).join(" and ")} ${missing.length > 1 ? "are" : "is"} missing`,
        fix: `give ${missing.map(({ variable, configKey }) => (configKey === undefined ? `secrets.${variable}` : `config.terminal.${configKey}`)).join(" and ")}`,
      }));
    },
  },
  "terminal-engine-missing": {
    severity: "error",
    refuses: "the terminal backend docker without an engine: neither DOCKER_HOST nor the engine's socket",
    because: "there is no engine inside the container, so no command runs",
    seen: "run 0.19.0: tools/terminal_tool.py has no terminal",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings);
      return when(
        backend?.name === "docker" && !hasOtherEngine(settings) && engineMounts(settings).length === 0,
        () => ({
          prop: backend?.prop ?? "",
          value: showValue(backend?.name),
          fix: "give env.DOCKER_HOST with another engine (ssh://…), or use local: the container is a sandbox already",
        }),
      );
    },
  },
  "terminal-data-elsewhere": {
    severity: "error",
    refuses: `the terminal backend docker with an engine, for data that is not at ${DATA_PATH} of that engine's host`,
    because: `Hermes mounts its skills, uploads and work directories into the sandbox by their paths below ${DATA_PATH}, which the engine looks up on its own host`,
    seen: "0.19.0: tools/environments/docker.py passes `-v /opt/data/…`, read",
    check: ({ settings, data }) => {
      const backend = terminalBackendOf(settings);
      const remote = hasOtherEngine(settings);
      const hasEngine = remote || engineMounts(settings).length > 0;
      const here = data.source.kind === "host-path" && data.source.hostPath === DATA_PATH;
      return when(backend?.name === "docker" && hasEngine && (!here || remote), () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        problem: remote ? "the data is on another host" : "the data is in another place",
        fix: remote
          ? "acknowledge the rule if the sandboxes may go without them, or use ssh"
          : `give data: new PersistentDataVolume(…, { hostPath: "${DATA_PATH}" }), or use local`,
      }));
    },
  },
  "terminal-write-guarded": {
    severity: "warning",
    refuses: `the terminal backend ssh without ${WRITE_ROOTS_VARIABLE}`,
    because: `the file tools refuse every path outside ${DATA_PATH}, on the other machine too`,
    seen: "0.19.0: tools/file_operations.py asks the guard whatever the backend, read",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings);
      return when(backend?.name === "ssh" && !isGiven(settings, WRITE_ROOTS_VARIABLE), () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        fix: `give env.${WRITE_ROOTS_VARIABLE} with ${DATA_PATH} and the directories there, such as "${DATA_PATH}:/home/agent"`,
      }));
    },
  },
});

/** Whether commands go to an engine elsewhere. A socket is one of the container, or comes by a mount. */
function hasOtherEngine(settings: AgentSettings): boolean {
  const socket = settings.env?.[DOCKER_HOST_VARIABLE]?.trim().startsWith("unix:") ?? false;
  return isGiven(settings, DOCKER_HOST_VARIABLE) && !socket;
}

function isGiven({ env = {}, secrets = {} }: AgentSettings, variable: string): boolean {
  return Object.hasOwn(secrets, variable) || (env[variable] ?? "") !== "";
}
