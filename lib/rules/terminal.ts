import type { AgentSettings } from "../agent/settings/agent-settings";
import { engineMounts } from "../agent/settings/mounts";
import { terminalBackendOf } from "../agent/settings/terminal";
import {
  directoriesOfTerminal,
  isOwnEngine,
  namesOfTerminal,
  rowsOf,
} from "../agent/settings/terminal-values";
import { DATA_PATH } from "../hermes/container-contract";
import { type Feature, firstReleaseWith, hasFeature } from "../hermes/releases";
import {
  DOCKER_HOST_VARIABLE,
  TERMINAL_BACKEND,
  TERMINAL_BACKENDS,
  terminalSetting,
} from "../hermes/terminal";
import { WRITE_ROOTS_VARIABLE } from "../hermes/write-guard";
import { argumentsOf, MOUNT_FLAGS, opensHost } from "../support/docker-run";
import { enginePathIn } from "../support/engine-access";
import { showValue } from "../support/errors";
import { hostControlAt } from "../support/host-control";
import { normalHostPath } from "../support/host-path";
import { nearest } from "../support/spelling";
import { isUnresolved } from "../support/tokens";
import { rulesFor, type Violation, when } from "./rule";
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
      // The props of `terminal` are required where Hermes needs them.
      const backend = settings.terminal === undefined ? terminalBackendOf(settings) : undefined;
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
      return when(backend?.name === "docker" && !hasOtherEngine(settings) && !hasOwnEngine(settings), () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        fix: "give env.DOCKER_HOST with another engine (ssh://…), or use local: the container is a sandbox already",
      }));
    },
  },
  "terminal-data-elsewhere": {
    severity: "error",
    refuses:
      "the terminal backend docker with the host's own engine, for data that is not a directory of the host",
    because:
      "Hermes names `/root` and `/workspace` of the sandbox by paths of its own container, and the engine looks them up on the host",
    seen: "run 0.19.0: tools/environments/docker.py passes `-v /opt/data/sandboxes/…`",
    check: ({ settings, data: { source } }) => {
      const backend = terminalBackendOf(settings);
      const found =
        source.kind === "host-path" && (settings.terminal !== undefined || source.hostPath === DATA_PATH);
      return when(backend?.name === "docker" && hasOwnEngine(settings) && !found, () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        problem: "the data is in another place",
        fix: `give data: new PersistentDataVolume(…, { hostPath: "${DATA_PATH}" }), or an engine of another machine, or use local`,
      }));
    },
  },
  "terminal-skills-missing": {
    severity: "warning",
    refuses: `the terminal backend docker with an engine to whose host the data at ${DATA_PATH} is unknown`,
    because: `the sandbox goes without skills, uploads and credential files: Hermes mounts them by their paths below ${DATA_PATH}, where that host has nothing`,
    seen: "run 0.19.0: tools/environments/docker.py passes `-v /opt/data/skills:…`, and the engine makes an empty directory",
    check: ({ settings, data: { source } }) => {
      const backend = terminalBackendOf(settings);
      const elsewhere = source.kind === "host-path" && source.hostPath !== DATA_PATH;
      return when(
        backend?.name === "docker" &&
          (hasOtherEngine(settings) ||
            (hasOwnEngine(settings) && settings.terminal !== undefined && elsewhere)),
        () => ({
          prop: backend?.prop ?? "",
          value: showValue(backend?.name),
          fix: "acknowledge the rule if the sandbox may go without them, or use ssh, which copies them",
        }),
      );
    },
  },
  "terminal-write-guarded": {
    severity: "warning",
    refuses: `the terminal backend ssh without \`directories\`, \`cwd\` or ${WRITE_ROOTS_VARIABLE}`,
    because: `the file tools refuse every path outside ${DATA_PATH}, on the other machine too`,
    seen: "0.19.0: tools/file_operations.py asks the guard whatever the backend, read",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings);
      const named =
        isGiven(settings, WRITE_ROOTS_VARIABLE) ||
        (settings.terminal !== undefined && directoriesOfTerminal(settings.terminal).length > 0);
      return when(backend?.name === "ssh" && !named, () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        fix: settings.terminal
          ? 'give `directories` of `terminal`, such as ["/home/agent"]'
          : `give env.${WRITE_ROOTS_VARIABLE} with ${DATA_PATH} and the directories there, such as "${DATA_PATH}:/home/agent"`,
      }));
    },
  },
  "terminal-unsupported": {
    severity: "error",
    refuses:
      "`terminal` on a release without the managed scope, or a prop of it that the release does not know",
    because: "the image's own config.yaml on the volume decides, or the prop does nothing",
    seen: "0.16.0 has no managed scope, 0.17.0 has; TERMINAL_DOCKER_NETWORK is in 0.18.2, and not in 0.17.0",
    final: true,
    check: ({ settings: { terminal }, release }) => {
      if (terminal === undefined) return [];
      if (!hasFeature(release, "managedScope")) return [unsupported("terminal", release.tag, "managedScope")];
      return rowsOf(terminal).flatMap(({ prop, row, value }) =>
        value === undefined || row.since === undefined || hasFeature(release, row.since)
          ? []
          : [unsupported(`terminal.${prop}`, release.tag, row.since)],
      );
    },
  },
  "terminal-duplicate-setting": {
    severity: "error",
    refuses: "a setting or variable of the terminal, in `config`, `env` or `secrets`, that `terminal` sets",
    because: "the value would be given in two places",
    seen: "this library sets it",
    final: true,
    check: ({ settings: { terminal, config = {}, env = {}, secrets = {} } }) => {
      if (terminal === undefined) return [];
      const { keys, variables } = namesOfTerminal(terminal);
      const places = [
        ...keys
          .filter((key) => terminalSetting(config, key) !== undefined)
          .map((key) => `config.terminal.${key}`),
        ...variables.filter((name) => Object.hasOwn(env, name)).map((name) => `env.${name}`),
        ...variables.filter((name) => Object.hasOwn(secrets, name)).map((name) => `secrets.${name}`),
      ];
      return places.map((prop) => ({ prop, fix: "use the prop of `terminal`, and remove it" }));
    },
  },
  "terminal-cwd-ignored": {
    severity: "error",
    refuses: "for the terminal's sandbox, a `cwd` below /home or /Users",
    because: "Hermes takes it for a directory of its own machine, and commands start in /root",
    seen: "run 0.17.0 to 0.19.0: tools/terminal_tool.py; `mountCwd` of docker means such a directory",
    final: true,
    check: ({ settings: { terminal } }) => {
      const { backend, cwd } = terminal ?? {};
      const inSandbox = backend !== undefined && backend !== "local" && backend !== "ssh";
      const mounted = terminal?.backend === "docker" && (terminal.mountCwd ?? false) !== false;
      const found = cwd !== undefined && !isUnresolved(cwd) && /^\/(?:home|Users)\//.test(cwd);
      return when(inSandbox && !mounted && found, () => ({
        prop: "terminal.cwd",
        value: showValue(cwd),
        allowed: "another directory of the sandbox, such as /workspace",
        fix: "work in another directory, or leave it out",
      }));
    },
  },
  "terminal-sandbox-open": {
    severity: "error",
    refuses:
      "arguments or volumes of the terminal's sandbox that give it its engine's host, such as `--privileged`, `--pid=host`, `--cap-add`, or `/`",
    because: "the agent is then root on that host",
    seen: "Docker's documentation of `docker run`; the arguments come last, 0.19.0: tools/environments/docker.py",
    check: ({ settings: { terminal } }) => {
      if (terminal?.backend !== "docker") return [];
      const fix = "leave it out, or acknowledge the rule with your reason";
      return [
        ...argumentsOf(terminal.extraArgs ?? []).flatMap(({ at, flag, value }) =>
          when(opensHost(flag, value), () => ({
            prop: `terminal.extraArgs[${at}]`,
            value: showValue(value === "" ? flag : `${flag}=${value}`),
            fix: MOUNT_FLAGS.includes(flag) ? "use `volumes`, whose paths are checked" : fix,
          })),
        ),
        ...(terminal.volumes ?? []).flatMap(({ hostPath, readOnly = false }, i) => {
          if (hostPath === undefined || isUnresolved(hostPath)) return [];
          const path = normalHostPath(hostPath);
          const reached = enginePathIn(path) ?? hostControlAt(path, readOnly);
          return reached === undefined
            ? []
            : [
                {
                  prop: `terminal.volumes[${i}].hostPath`,
                  value: showValue(hostPath),
                  problem: `${reached} can be reached through it`,
                  fix,
                },
              ];
        }),
      ];
    },
  },
  "terminal-program-missing": {
    severity: "warning",
    refuses: "the terminal backend singularity",
    because: "upstream's image has no apptainer, and a container lets it make no namespaces unless told so",
    seen: "upstream's Dockerfile of v2026.8.18, read; run 0.19.0: tools/terminal_tool.py has no terminal without it",
    check: ({ settings }) => {
      const backend = terminalBackendOf(settings);
      return when(backend?.name === "singularity", () => ({
        prop: backend?.prop ?? "",
        value: showValue(backend?.name),
        fix: "use docker or ssh; or install apptainer with HermesImage.wrapper, and acknowledge the rule",
      }));
    },
  },
});

function unsupported(prop: string, tag: string, feature: Feature): Violation {
  return {
    prop,
    problem: `${tag} does not know it`,
    fix: `use ${firstReleaseWith(feature)} or later`,
  };
}

/** Whether commands go to an engine elsewhere. A socket is one of the container, or comes by a mount. */
function hasOtherEngine(settings: AgentSettings): boolean {
  if (settings.terminal !== undefined)
    return settings.terminal.backend === "docker" && !isOwnEngine(settings.terminal.engine);
  const socket = settings.env?.[DOCKER_HOST_VARIABLE]?.trim().startsWith("unix:") ?? false;
  return isGiven(settings, DOCKER_HOST_VARIABLE) && !socket;
}

function hasOwnEngine(settings: AgentSettings): boolean {
  if (settings.terminal !== undefined)
    return settings.terminal.backend === "docker" && isOwnEngine(settings.terminal.engine);
  return engineMounts(settings).length > 0;
}

function isGiven({ env = {}, secrets = {} }: AgentSettings, variable: string): boolean {
  return Object.hasOwn(secrets, variable) || (env[variable] ?? "") !== "";
}
