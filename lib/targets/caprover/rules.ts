import { posix } from "node:path";
import { givenMounts } from "../../agent/settings/mounts";
import { terminalValues } from "../../agent/settings/terminal-values";
import { LONGEST_FILES_BYTES } from "../../boot/boot-script";
import {
  APP_NAME,
  LONGEST_DEFINITION_BYTES,
  LONGEST_STOP_SECONDS,
  VOLUME_NAME,
} from "../../caprover-server/limits";
import type { ModelInUse } from "../../container-spec";
import { firstReleaseWith, hasFeature } from "../../hermes/releases";
import { serviceNames } from "../../hermes/services";
import { rulesFor, type Violation, when } from "../../rules/rule";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { inSecretsFile } from "../../support/secret";
import { isUnresolved } from "../../support/tokens";
import type { CapRoverTargetProps } from "./props";

export { CAPROVER_ADDRESS_RULES } from "./address-rules";

/** An agent that is to run on CapRover. */
export interface CapRoverSubject {
  readonly agent: AgentSubject;
  readonly props: CapRoverTargetProps;
  readonly localModels: readonly ModelInUse[];
  /** Length of the captain-definition as it is sent; 0 without one. */
  readonly definitionBytes: number;
  /** Length of Hermes' managed files, and of what is declared of the data. */
  readonly bootBytes: number;
  /** How long they may be. */
  readonly longestBootBytes: number;
  /** What takes how much of it. */
  readonly bootParts: readonly { readonly what: string; readonly bytes: number }[];
}

export const CAPROVER_RULES = rulesFor<CapRoverSubject>()({
  "caprover-unsupported-volume-driver": {
    severity: "error",
    refuses: "on CapRover, a data volume with a driver or driver options",
    because: "CapRover has no setting for it, and the app would get a plain volume",
    seen: "CapRover's source c352c978, read",
    final: true,
    check: ({ agent: { data } }) =>
      when(data.source.kind === "volume" && data.source.options !== undefined, () => ({
        prop: "data.driverOptions",
        fix: "mount the share on the node, and give its hostPath",
      })),
  },
  "caprover-unsupported-secrets-file": {
    severity: "error",
    refuses: "on CapRover, a secret that is `inSecretsFile`",
    because: "CapRover mounts no file of the node, so the agent would not get the secret",
    seen: "CapRover's source c352c978, read",
    final: true,
    check: ({ agent: { secrets, profiles } }) =>
      [...secrets, ...profiles.flatMap((profile) => profile.secrets)]
        .filter(({ value }) => value === inSecretsFile)
        .map(({ prop }) => ({
          prop,
          fix: "give a value from Terraform; on CapRover it is not stored in the state",
        })),
  },
  "caprover-unsupported-model-server": {
    severity: "error",
    refuses: "on CapRover, a LocalModel whose server is a container",
    because: "the Docker provider makes it, and an app of CapRover is on no network with it",
    seen: "CapRover's source c352c978, read: apps are on its overlay network only",
    final: true,
    check: ({ localModels }) =>
      localModels.flatMap(({ prop, model }) =>
        when(model.server !== undefined, () => ({
          prop,
          value: showValue(model.modelName),
          fix: "make the server an app of its own (CapRoverApp), and use LocalModel.openAiCompatible with baseUrl: http://srv-captain--<app>:<port>/v1",
        })),
      ),
  },
  "caprover-unsupported-host-gateway": {
    severity: "error",
    refuses: "on CapRover, `host-gateway` in `extraHosts`",
    because: "Docker Swarm does not know it, and the container would not start",
    seen: "Swarm's hosts are addresses only",
    final: true,
    check: ({ agent: { settings } }) =>
      Object.entries(settings.extraHosts ?? {}).flatMap(([host, address]) =>
        when(address === "host-gateway", () => ({
          prop: `extraHosts.${host}`,
          value: showValue(address),
          fix: "give the node's address, such as 172.17.0.1",
        })),
      ),
  },
  "caprover-app-name-invalid": {
    severity: "error",
    refuses: "a name that CapRover does not accept for an app",
    because: "it is part of the app's address, and the apply fails when CapRover rejects it",
    seen: "CapRover's source c352c978, read",
    final: true,
    check: ({ agent: { name }, props: { apps } }) => [
      ...appName("name", name),
      ...serviceNames(apps ?? {}).flatMap((service) => {
        const app = apps?.[service];
        return app === undefined ? [] : appName(`target.apps.${service}.name`, app.name);
      }),
    ],
  },
  "caprover-volume-name-invalid": {
    severity: "error",
    refuses: "a volume whose name CapRover does not accept",
    because: "the apply fails when CapRover rejects it",
    seen: "CapRover's source c352c978, read",
    final: true,
    check: ({ agent: { data, settings } }) => {
      const { source } = data;
      const names = [
        ...(source.kind === "volume" ? [{ prop: "data.name", name: source.name }] : []),
        ...givenMounts(settings).map(({ prop, mount }) => ({
          prop: `${prop}.volume`,
          name: mount.volume ?? "",
        })),
      ];
      return names.flatMap(({ prop, name }) =>
        when(name !== "" && !isUnresolved(name) && !VOLUME_NAME.accepts(name), () => ({
          prop,
          value: showValue(name),
          allowed: VOLUME_NAME.allowed,
          fix: "choose another name",
        })),
      );
    },
  },
  "caprover-host-path": {
    severity: "warning",
    refuses: "a host path on CapRover",
    because:
      "CapRover can neither create the directory nor check that it exists; if it is missing, an update stops the running agent, and none starts until somebody creates it",
    seen: "run: Swarm rejects the task, `bind source path does not exist`",
    references: ["caprover/caprover#614"],
    check: ({ agent: { data, settings } }) => {
      const { source } = data;
      const paths = [
        ...(source.kind === "host-path" ? [{ prop: "data.hostPath", path: source.hostPath }] : []),
        ...givenMounts(settings).flatMap(({ prop, mount: { hostPath } }) =>
          hostPath === undefined ? [] : [{ prop: `${prop}.hostPath`, path: hostPath }],
        ),
      ];
      return paths.map(({ prop, path }) => ({
        prop,
        value: showValue(path),
        fix: `create it on the node (\`install -d -o 10000 -g 10000 ${isUnresolved(path) ? "…" : posix.normalize(path)}\`), and acknowledge the rule; or use a named volume`,
      }));
    },
  },
  "caprover-config-too-long": {
    severity: "error",
    refuses: `more than ${LONGEST_FILES_BYTES} bytes on CapRover of \`config\`, the plain variables and, packed, what is merged into the data (\`soul\`, \`skills\`, \`crons\`, \`files\` and the like); more than 1 MiB of them where CapRover builds the image, or a CI builds it and Terraform deploys it`,
    because:
      "one variable contains them, and a container with a longer variable does not start; CapRover reads no more than 2 MB",
    seen: "Linux: one variable has at most 128 KiB; CapRover's source c352c978, read",
    final: true,
    check: ({ bootBytes, longestBootBytes, bootParts }) => {
      const parts = [...bootParts].sort((a, b) => b.bytes - a.bytes);
      return when(bootBytes > longestBootBytes, () => ({
        prop: parts[0]?.what ?? "config",
        value: `${bootBytes} bytes: ${parts
          .slice(0, 5)
          .map(({ what, bytes }) => `${what} ${bytes}`)
          .join(", ")}`,
        allowed: `at most ${longestBootBytes}`,
        fix: "use HermesImage.wrapper, of which CapRover or a CI builds an image with them; or leave out what the agent can do without",
      }));
    },
  },
  "caprover-definition-too-long": {
    severity: "error",
    refuses: `a wrapper that CapRover builds, with files of more than about 1.5 MB`,
    because: "its definition contains the files, and CapRover reads no request of more than 2 MB",
    seen: "CapRover's source c352c978, read",
    final: true,
    check: ({ definitionBytes }) =>
      when(definitionBytes > LONGEST_DEFINITION_BYTES, () => ({
        prop: "image",
        value: `a definition of ${definitionBytes} bytes`,
        allowed: `at most ${LONGEST_DEFINITION_BYTES}`,
        fix: "let the build download the files (`copy` with `url`), or build the image in a CI (`delivery`)",
      })),
  },
  "caprover-stop-too-long": {
    severity: "error",
    refuses: `a \`stopGraceSeconds\` of more than ${LONGEST_STOP_SECONDS} on CapRover`,
    because:
      "Docker Swarm starts the next container 59 s after the previous one gets the signal to stop, and then two gateways would write to one volume",
    seen: "run: Swarm of an engine of 20.10",
    final: true,
    check: ({ agent: { settings } }) =>
      when((settings.stopGraceSeconds ?? 0) > LONGEST_STOP_SECONDS, () => ({
        prop: "stopGraceSeconds",
        value: showValue(settings.stopGraceSeconds),
        allowed: `at most ${LONGEST_STOP_SECONDS}`,
        fix: "leave it out",
      })),
  },
  "caprover-api-key-shadowed": {
    severity: "error",
    refuses: "an API server on CapRover with a release from v2026.8.13 up to v2026.8.18",
    because:
      "its boot writes a key of its own into the volume's `.env`, which overrides the environment, and clients get 401",
    seen: "upstream's commit bb597e1c0 and PR #88926, read; in no package",
    references: ["PR #88926"],
    check: ({ agent: { release, services } }) =>
      when(
        services.apiServer !== undefined &&
          hasFeature(release, "ownApiKey") &&
          !hasFeature(release, "givenApiKeyKept"),
        () => ({
          prop: "apiServer",
          problem: `${release.tag} does`,
          fix: `use ${firstReleaseWith("givenApiKeyKept")} or later`,
        }),
      ),
  },
  "caprover-template-in-environment": {
    severity: "error",
    refuses: "`{{` in the environment on CapRover",
    because: "Docker Swarm reads it as a template and replaces it",
    seen: "run: Swarm of an engine of 20.10",
    final: true,
    check: ({ agent: { settings, data, release } }) => {
      const { terminal, env = {} } = settings;
      const variables = terminal ? terminalValues(terminal, data.source, release).variables : {};
      return [
        ...Object.entries(env).map(([name, value]) => ({ prop: `env.${name}`, value })),
        ...Object.values(variables).map((value) => ({ prop: "terminal", value })),
      ].flatMap(({ prop, value }) =>
        when(value.includes("{{"), () => ({ prop, fix: "write it without `{{`" })),
      );
    },
  },
});

function appName(prop: string, name: string): readonly Violation[] {
  return when(!APP_NAME.accepts(name), () => ({
    prop,
    value: showValue(name),
    allowed: APP_NAME.allowed,
    fix: "choose another name",
  }));
}
