import { allowListsOf, platformsInUse } from "../agent/messaging";
import { listening } from "../hermes/api-server";
import { DASHBOARD_PORT, MIN_MEMORY_MIB } from "../hermes/container-contract";
import { isCredentialName } from "../hermes/environment";
import { healthCheckCommand } from "../hermes/health-check";
import { configLeaves } from "../hermes/managed-config";
import { MODEL_PROVIDERS, modelProvider, modelProviderMeantBy } from "../hermes/model-providers";
import { firstReleaseWith, hasFeature } from "../hermes/releases";
import { showValue } from "../support/errors";
import { inSecretsFile } from "../support/secret";
import { isUnresolved } from "../support/tokens";
import { lowRuntimeId } from "./data";
import { rulesFor, type Violation, when } from "./rule";
import { type AgentSubject, isLoopback } from "./subject";

export const RUNTIME_RULES = rulesFor<AgentSubject>()({
  "secret-literal": {
    severity: "error",
    refuses: "a password, key or token written into the program",
    because: "it would stand in `cdk.tf.json`, in the repository and in every plan",
    check: ({ secrets }) =>
      secrets
        .filter(({ value }) => value !== inSecretsFile && !isUnresolved(value))
        .map(({ prop }) => ({
          prop,
          value: "(a literal string)",
          allowed: "a sensitive Terraform value, or inSecretsFile",
          fix: 'new TerraformVariable(this, "…", { type: "string", sensitive: true }).stringValue, set by TF_VAR_…',
        })),
  },
  "secret-malformed": {
    severity: "error",
    refuses: "a literal secret that Hermes would swallow: a short key, a malformed hash, a placeholder",
    because:
      "Hermes starts without the API or the login and says little; secrets from Terraform are tested there",
    final: true,
    check: ({ secrets }) =>
      secrets.flatMap(({ prop, value, checks }) =>
        typeof value !== "string" || isUnresolved(value)
          ? []
          : checks
              .filter(({ test }) => !test(value))
              .map(({ requirement }) => ({ prop, problem: requirement, fix: "correct it" })),
      ),
  },
  "secrets-file-mixed": {
    severity: "error",
    refuses: "secrets from Terraform beside a `secretsFile`, or `inSecretsFile` without one",
    because: "Hermes reads one managed `.env`: the mounted file would hide the others",
    final: true,
    check: ({ props, secrets }) =>
      secrets
        .filter(({ value }) => (value === inSecretsFile) !== (props.secretsFile !== undefined))
        .map(({ prop, name }) => ({
          prop,
          problem:
            props.secretsFile === undefined
              ? "there is no secrets file"
              : "a secrets file is mounted, which hides it",
          fix:
            props.secretsFile === undefined
              ? "give `secretsFile`, or a Terraform value"
              : `put ${name}=… into the file and use inSecretsFile`,
        })),
  },
  "managed-scope-missing": {
    severity: "error",
    refuses: "`model`, `config` or `secretsFile` on a release before the managed scope",
    because: "the release does not read /etc/hermes, and the environment alone does not set the model",
    final: true,
    check: ({ props, release }) =>
      (["model", "config", "secretsFile"] as const).flatMap((prop) =>
        when(props[prop] !== undefined && !hasFeature(release, "managedScope"), () => ({
          prop,
          problem: `${release.tag} does not read it`,
          fix: `use ${firstReleaseWith("managedScope")} or later, or \`hermes setup\` once in the container`,
        })),
      ),
  },
  "secrets-in-environment": {
    severity: "warning",
    refuses: "secrets on a release before the managed scope",
    because:
      "they travel in the environment: every plan hides all of it, and a `.env` on the volume silently wins",
    references: ["#18705", "#19201"],
    check: ({ secrets, release }) =>
      when(secrets.length > 0 && !hasFeature(release, "managedScope"), () => ({
        prop: secrets.map(({ prop }) => prop).join(", "),
        fix: `use ${firstReleaseWith("managedScope")} or later`,
      })),
  },
  "config-secret": {
    severity: "error",
    refuses: "a literal under a key of `config` that names a credential, or one that starts with `Bearer`",
    because: "it would stand in `cdk.tf.json` and, readable by the agent, in /etc/hermes/config.yaml",
    check: ({ props }) =>
      [...configLeaves(props.config ?? {})].flatMap(([path, value]): Violation[] => {
        const key = path.findLast((part) => !/^\d+$/.test(part)) ?? "";
        if (typeof value !== "string" || value === "" || value.includes("${")) return [];
        if (!isCredentialName(key) && !/^Bearer \S+$/i.test(value)) return [];
        return [{ prop: `config.${path.join(".")}`, fix: "give it in `secrets` and write `${NAME}` here" }];
      }),
  },
  "model-login-misnamed": {
    severity: "error",
    refuses: "the provider `codex-oauth`",
    because: "Hermes answers `Unknown provider`; guides still show it",
    final: true,
    check: ({ props: { model } }) => {
      const meant = model && modelProviderMeantBy(model.provider);
      return when(meant !== undefined, () => ({
        prop: "model.provider",
        value: showValue(model?.provider),
        fix: `write ${showValue(meant)}`,
      }));
    },
  },
  "model-endpoint-ignored": {
    severity: "error",
    refuses:
      "`baseUrl` for a model provider that ignores it, `apiKey` for any but `custom`, or `custom` without `baseUrl`",
    because:
      "Hermes reads an endpoint from config.yaml for some providers only, and a key from there for `custom` only",
    check: ({ props }) => {
      const { model } = props;
      if (model === undefined || isUnresolved(model.provider)) return [];
      const known = modelProvider(model.provider);
      const endpoint = known?.endpoint ?? "ignored";
      const key = known?.provider.key;
      const usedUnderOwnName = endpoint === "ignored" && known?.provider.endpoint === "used";
      const variable = typeof key === "object" ? key.variable : MODEL_PROVIDERS.openrouter.key.variable;
      return [
        ...when(endpoint === "required" && model.baseUrl === undefined, () => ({
          prop: "model.baseUrl",
          problem: "is missing",
          fix: "give the server's address, such as http://vllm:8000/v1",
        })),
        ...when(endpoint === "ignored" && model.baseUrl !== undefined, () => ({
          prop: "model.baseUrl",
          fix: `${usedUnderOwnName ? `write provider: "${known.name}", or ` : ""}use provider: "custom"`,
        })),
        ...when(key !== "config" && model.apiKey !== undefined, () => ({
          prop: "model.apiKey",
          fix: `give the provider's own variable in \`secrets\`, such as ${variable}`,
        })),
      ];
    },
  },
  "publish-of-nothing": {
    severity: "error",
    refuses: "a port in `publish` for a dashboard or an API server that the agent has not",
    because: "nothing would be published",
    final: true,
    check: ({ props }) =>
      (["dashboard", "apiServer"] as const).flatMap((service) =>
        when(Boolean(props.publish?.[service]) && props[service] === undefined, () => ({
          prop: `publish.${service}`,
          fix: `give \`${service}\`, or remove it`,
        })),
      ),
  },
  "network-twice": {
    severity: "error",
    refuses: "one network twice in `networks`",
    because: "the container joins it once, by the aliases of one of the two",
    final: true,
    check: ({ props }) => {
      const names = (props.networks ?? []).map(({ name }) => name);
      return names.flatMap((name, i) =>
        when(!isUnresolved(name) && names.indexOf(name) < i, () => ({
          prop: `networks[${i}].name`,
          value: showValue(name),
          fix: "keep one of them",
        })),
      );
    },
  },
  "api-server-unreachable": {
    severity: "error",
    refuses: "a published port for an API server that listens on the container's loopback",
    because: "nothing answers there",
    final: true,
    check: ({ props, published }) =>
      when(published.apiServer !== undefined && isLoopback(props.apiServer?.host ?? ""), () => ({
        prop: "apiServer.host",
        value: showValue(props.apiServer?.host),
        allowed: "0.0.0.0, or publish.apiServer: false",
        fix: "leave it out",
      })),
  },
  "api-server-on-dashboard-port": {
    severity: "error",
    refuses: `an API server on the dashboard's port ${DASHBOARD_PORT}`,
    because:
      "one of the two finds it taken: the gateway gives up for good, or the dashboard restarts for ever",
    final: true,
    check: ({ props, access }) =>
      when(access !== undefined && props.apiServer?.port === DASHBOARD_PORT, () => ({
        prop: "apiServer.port",
        value: showValue(props.apiServer?.port),
        allowed: `any other; the port on the host is \`publish.apiServer.port\``,
        fix: "leave it out",
      })),
  },
  "api-server-any-origin": {
    severity: "error",
    refuses: "`*` as CORS origin of the API server",
    because: "any web page in a browser that knows the key can drive the agent",
    check: ({ props }) =>
      when(Boolean(props.apiServer?.corsOrigins?.includes("*")), () => ({
        prop: "apiServer.corsOrigins",
        value: showValue(props.apiServer?.corsOrigins),
        allowed: "exact origins, such as https://chat.example.com",
        fix: "name the pages' origins",
      })),
  },
  "api-server-without-tls": {
    severity: "warning",
    refuses: "the API port beyond 127.0.0.1",
    because: "the key and the conversation travel in clear text, and Docker opens the port past ufw",
    check: ({ published }) =>
      when(published.apiServer !== undefined && !isLoopback(published.apiServer.address), () => ({
        prop: "publish.apiServer.address",
        value: showValue(published.apiServer?.address),
        fix: "publish on 127.0.0.1 behind a proxy with TLS",
      })),
  },
  "messaging-open-to-everyone": {
    severity: "error",
    refuses: "a chat platform on which everyone may talk to the agent",
    because: "whoever finds the bot has an agent with a shell",
    check: ({ props }) =>
      platformsInUse(props.messaging)
        .flatMap(allowListsOf)
        .filter(({ users }) => users === "everyone")
        .map(({ prop, users }) => ({
          prop,
          value: showValue(users),
          allowed: "a list of user ids",
          fix: "list the users, or acknowledge the rule with your reason",
        })),
  },
  "messaging-nobody-allowed": {
    severity: "error",
    refuses: "a chat platform with an empty list of users",
    because: "the agent denies every message",
    check: ({ props }) =>
      platformsInUse(props.messaging)
        .map(allowListsOf)
        .filter((lists) => lists.every(({ users }) => users.length === 0))
        .flatMap(([list]) =>
          list === undefined ? [] : [{ prop: list.prop, value: "[]", fix: "list at least one user" }],
        ),
  },
  "memory-too-small": {
    severity: "error",
    refuses: `a memory limit below ${MIN_MEMORY_MIB} MiB`,
    because: "upstream's minimum is 1 GiB, and 2 GiB with browser tools; the kernel kills what does not fit",
    check: ({ props: { memoryMiB } }) =>
      when(memoryMiB !== undefined && !isUnresolved(memoryMiB) && memoryMiB < MIN_MEMORY_MIB, () => ({
        prop: "memoryMiB",
        value: showValue(memoryMiB),
        allowed: `at least ${MIN_MEMORY_MIB}`,
        fix: "use 2048 to 4096",
      })),
  },
  "shm-too-small": {
    severity: "warning",
    refuses: "less than 256 MiB of shared memory",
    because: "Chromium's tabs crash in Docker's default of 64 MiB",
    check: ({ props: { shmMiB } }) =>
      when(shmMiB !== undefined && !isUnresolved(shmMiB) && shmMiB < 256, () => ({
        prop: "shmMiB",
        value: showValue(shmMiB),
        fix: "leave it out: 1024",
      })),
  },
  "health-check-off": {
    severity: "error",
    refuses: "an agent without health check",
    because:
      "a gateway that gave up leaves the container up, and an apply says complete before anything runs",
    references: ["#76435"],
    check: ({ props }) =>
      when(props.healthCheck === false, () => ({
        prop: "healthCheck",
        value: "false",
        fix: "leave it out, or acknowledge the rule with your reason",
      })),
  },
  "health-check-unavailable": {
    severity: "warning",
    refuses: "a tini release with neither API server nor dashboard",
    because:
      "nothing in it can be checked, so an apply does not wait; the container at least ends with its gateway",
    check: ({ props, release, access }) =>
      when(
        props.healthCheck !== false &&
          healthCheckCommand({ release, apiServer: listening(props), dashboard: access !== undefined }) ===
            undefined,
        () => ({
          prop: "healthCheck",
          problem: `${release.tag} offers nothing to check`,
          fix: "give `apiServer`",
        }),
      ),
  },
  "runtime-id-too-low": {
    severity: "error",
    refuses: "a uid or gid below 1000 before v2026.6.5",
    because: "older images ignore it, and the agent cannot write to its data",
    references: ["#23402", "#32559"],
    final: true,
    check: ({ runtimeIds, release }) => lowRuntimeId(runtimeIds, release),
  },
});
