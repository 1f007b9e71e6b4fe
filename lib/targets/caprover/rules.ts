import { posix } from "node:path";
import { listening } from "../../hermes/api-server";
import { firstReleaseWith, hasFeature } from "../../hermes/releases";
import type { DeploymentSubject } from "../../rules/conflicts";
import { rulesFor, type Violation, when } from "../../rules/rule";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { holdsToken, isUnresolved } from "../../support/tokens";
import type { CapRoverTargetProps } from "./target";

/** An agent that is to run on CapRover. */
export interface CapRoverSubject {
  readonly agent: AgentSubject;
  readonly name: string;
  readonly settings: CapRoverTargetProps;
}

/** CapRover's own rules for names of apps; the provider has them too, and a test holds both together. */
const APP_NAME = /^(?!captain(?:-|$)|registry$)(?!.*--)[a-z0-9](?:[a-z0-9-]{0,47}[a-z0-9])?$/;

const VOLUME_NAME = /^(?!.*(?:\.\.|--))[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9])?$/;

/** What each prop would need that an app on CapRover has not. */
const BEYOND: readonly ((agent: AgentSubject["props"]) => readonly Violation[])[] = [
  ({ networks }) => given(networks?.length, "networks", "apps share CapRover's overlay network"),
  ({ extraHosts }) =>
    given(Object.keys(extraHosts ?? {}).length, "extraHosts", "name the host by its address or by DNS"),
  ({ labels }) => given(Object.keys(labels ?? {}).length, "labels", "CapRover's own labels name the app"),
  ({ publish }) =>
    (["dashboard", "apiServer"] as const).flatMap((service) =>
      given(
        publish?.[service],
        `publish.${service}`,
        "the app's address leads to it, with TLS; a port of the node would pass by both",
      ),
    ),
  ({ secretsFile }) =>
    given(secretsFile, "secretsFile", "give `secrets` from Terraform: they are in no state"),
  ({ mounts }) =>
    (mounts ?? []).flatMap(({ readOnly }, i) =>
      given(readOnly, `mounts[${i}].readOnly`, "mount it writable, or build it into the image"),
    ),
  ({ data: { source } }) =>
    given(
      source.kind === "volume" && source.options,
      "data.driverOptions",
      "mount the share on the node, and give its hostPath",
    ),
];

export const CAPROVER_RULES = rulesFor<DeploymentSubject>()({
  "caprover-cannot": {
    severity: "error",
    refuses:
      "on CapRover: `networks`, `extraHosts`, `labels`, a port in `publish`, a read-only mount, `secretsFile`, a volume with driver options",
    because: "CapRover has no setting for it, and it would be dropped",
    final: true,
    check: onCapRover(({ agent }) => BEYOND.flatMap((violationsOf) => violationsOf(agent.props))),
  },
  "caprover-app-name": {
    severity: "error",
    refuses: "a name that CapRover does not take for an app",
    because: "it is part of the app's address; the apply ends with the refusal",
    final: true,
    check: onCapRover(({ name, settings: { apiAppName } }) => [
      ...appName("name", name),
      ...(apiAppName === undefined ? [] : appName("target.apiAppName", apiAppName)),
    ]),
  },
  "caprover-volume-name": {
    severity: "error",
    refuses: "a volume whose name CapRover does not take",
    because: "the apply ends with the refusal",
    final: true,
    check: onCapRover(({ agent: { props } }) => {
      const { source } = props.data;
      const names = [
        ...(source.kind === "volume" ? [{ prop: "data.name", name: source.name }] : []),
        ...(props.mounts ?? []).map(({ volume }, i) => ({ prop: `mounts[${i}].volume`, name: volume ?? "" })),
      ];
      return names.flatMap(({ prop, name }) =>
        when(name !== "" && !isUnresolved(name) && !VOLUME_NAME.test(name), () => ({
          prop,
          value: showValue(name),
          allowed: "letters, digits, and between them `_`, `.`, `-`, but neither `..` nor `--`",
          fix: "choose another name",
        })),
      );
    }),
  },
  "caprover-host-path": {
    severity: "warning",
    refuses: "a host path on CapRover",
    because:
      "CapRover can't make the directory or tell whether it is there; if not, an update stops the running agent and no other starts until somebody makes it",
    references: ["caprover/caprover#614"],
    check: onCapRover(({ agent: { props } }) => {
      const { source } = props.data;
      const paths = [
        ...(source.kind === "host-path" ? [{ prop: "data.hostPath", path: source.hostPath }] : []),
        ...(props.mounts ?? []).flatMap(({ hostPath }, i) =>
          hostPath === undefined ? [] : [{ prop: `mounts[${i}].hostPath`, path: hostPath }],
        ),
      ];
      return paths.map(({ prop, path }) => ({
        prop,
        value: showValue(path),
        fix: `make it on the node (\`install -d -o 10000 -g 10000 ${isUnresolved(path) ? "…" : posix.normalize(path)}\`), and acknowledge the rule; or use a named volume`,
      }));
    }),
  },
  "caprover-config-unplaced": {
    severity: "error",
    refuses:
      "`model` or `config` on CapRover with an image from a registry, or with a Terraform value in it; from v0.21.6 on also a Terraform value in `trustedProxies` of a wrapper",
    because: "they are a file in /etc/hermes, and only an image that CapRover builds can bring one",
    final: true,
    check: onCapRover(({ agent: { props, release } }) => {
      const { model, config, trustedProxies, image } = props;
      // The model's key is only named in the file.
      const inFile = { model: model && { ...model, apiKey: undefined }, config };
      if (image.context === undefined) {
        const fix = "use HermesImage.wrapper; or choose the model once by the `chooseModel` command";
        return (["model", "config"] as const).flatMap((prop) =>
          when(props[prop] !== undefined, () => ({ prop, problem: "the image can't carry it", fix })),
        );
      }
      const all = hasFeature(release, "trustedProxiesSetting") ? { ...inFile, trustedProxies } : inFile;
      return Object.entries(all).flatMap(([prop, value]) =>
        when(holdsToken(value), () => ({
          prop,
          problem: "it is known only at apply",
          fix: "write the value out",
        })),
      );
    }),
  },
  "caprover-proxy-setting-unplaced": {
    severity: "warning",
    refuses: "on CapRover, a dashboard from v0.21.6 on in an image from a registry",
    because:
      "these releases also read the trusted proxies from config.yaml, which such an image can't carry; where the variable is not enough, all users share one login limit",
    check: onCapRover(({ agent: { release, published, props } }) =>
      when(
        published.dashboard !== undefined &&
          props.image.context === undefined &&
          hasFeature(release, "trustedProxiesSetting"),
        () => ({ prop: "image", value: showValue(release.tag), fix: "use HermesImage.wrapper" }),
      ),
    ),
  },
  "caprover-api-key-shadowed": {
    severity: "error",
    refuses: "an API server on CapRover with a release from v2026.8.13 up to v2026.8.18",
    because:
      "its boot writes a key of its own into the volume's `.env`, which wins over the environment, and clients get 401",
    references: ["PR #88926"],
    check: onCapRover(({ agent: { release, props } }) =>
      when(
        props.apiServer !== undefined &&
          hasFeature(release, "ownApiKey") &&
          !hasFeature(release, "givenApiKeyKept"),
        () => ({
          prop: "apiServer",
          problem: `${release.tag} does`,
          fix: `use ${firstReleaseWith("givenApiKeyKept")} or later`,
        }),
      ),
    ),
  },
  "caprover-dashboard-open": {
    severity: "error",
    refuses: "a dashboard without login on CapRover and without basic auth in front",
    because: "the app's address is public: whoever finds it reads the model keys and uses the agent's shell",
    references: ["PR #50476"],
    check: onCapRover(({ agent, settings }) =>
      when(
        agent.access?.kind === "trusted-network" &&
          agent.published.dashboard !== undefined &&
          settings.basicAuth === undefined,
        () => ({
          prop: "dashboard",
          value: showValue("trusted-network"),
          fix: "give the dashboard a login, or the target `basicAuth`",
        }),
      ),
    ),
  },
  "caprover-basic-auth-before-api": {
    severity: "error",
    refuses: "nginx basic auth in front of the API server",
    because:
      "both use the Authorization header: a call with the bearer key gets 401 from nginx, and one with the password 401 from Hermes",
    references: ["caprover/caprover#1220"],
    final: true,
    check: onCapRover(({ agent, settings }) =>
      when(
        settings.basicAuth !== undefined &&
          agent.published.dashboard === undefined &&
          agent.published.apiServer !== undefined,
        () => ({
          prop: "target.basicAuth",
          fix: "remove it: the key guards the API; or publish.apiServer: false, so that only other apps reach it",
        }),
      ),
    ),
  },
  "caprover-basic-auth-literal": {
    severity: "error",
    refuses: "the password of nginx basic auth written into the program",
    because: "it would stand in `cdk.tf.json` and in the repository",
    check: onCapRover(({ settings: { basicAuth } }) =>
      when(basicAuth !== undefined && !isUnresolved(basicAuth.password), () => ({
        prop: "target.basicAuth.password",
        value: "(a literal string)",
        allowed: "a sensitive Terraform value",
        fix: 'new TerraformVariable(this, "…", { type: "string", sensitive: true }).stringValue, set by TF_VAR_…',
      })),
    ),
  },
  "caprover-api-app-idle": {
    severity: "error",
    refuses: "an app for the API where the agent's own address leads to it, or where there is none",
    because: "the second app would do nothing, or the same",
    final: true,
    check: onCapRover(({ agent, settings: { apiAppName } }) =>
      when(
        apiAppName !== undefined &&
          (agent.published.dashboard === undefined || agent.published.apiServer === undefined),
        () => ({
          prop: "target.apiAppName",
          value: showValue(apiAppName),
          problem: listening(agent.props)
            ? "there is no dashboard on the agent's address"
            : "there is no API server",
          fix: "leave it out",
        }),
      ),
    ),
  },
  "caprover-without-tls": {
    severity: "warning",
    refuses: "an address on CapRover without https",
    because: "the login, the key and the conversation travel in clear text",
    check: onCapRover(({ agent: { published }, settings: { https } }) =>
      when(https === false && (published.dashboard ?? published.apiServer) !== undefined, () => ({
        prop: "target.https",
        value: "false",
        fix: "enable SSL for CapRover's root domain, and leave it out",
      })),
    ),
  },
  "caprover-template-in-environment": {
    severity: "error",
    refuses: "`{{` in the environment on CapRover",
    because: "Docker Swarm takes it for a template and replaces it",
    final: true,
    check: onCapRover(({ agent: { props } }) =>
      Object.entries(props.env ?? {}).flatMap(([name, value]) =>
        when(value.includes("{{"), () => ({ prop: `env.${name}`, fix: "write it without `{{`" })),
      ),
    ),
  },
});

function onCapRover(check: (subject: CapRoverSubject) => readonly Violation[]) {
  return ({ caprover }: DeploymentSubject): readonly Violation[] =>
    caprover === undefined ? [] : check(caprover);
}

function given(value: unknown, prop: string, fix: string): readonly Violation[] {
  return when(Boolean(value), () => ({ prop, fix }));
}

function appName(prop: string, name: string): readonly Violation[] {
  return when(!APP_NAME.test(name), () => ({
    prop,
    value: showValue(name),
    allowed: "at most 49 lower-case letters, digits and single hyphens, not captain, registry or captain-…",
    fix: "choose another name",
  }));
}
