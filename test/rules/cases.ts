/** Two cases for each rule: the smallest program that breaks it, and the corrected one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import {
  type Acknowledgements,
  CapRoverProvider,
  type CapRoverTargetProps,
  type CiDeliveryProps,
  DashboardAuth,
  type DockerTargetProps,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  inSecretsFile,
  LocalModel,
  type OllamaProps,
  PersistentDataVolume,
  type RegistryImageProps,
  type RuleId,
  type SidecarProps,
  type SidecarsProps,
  Terminal,
  type VllmProps,
  type WrapperImageProps,
} from "../../lib";
import { LONGEST_FILES_BYTES } from "../../lib/boot/boot-script";
import {
  type AgentProps,
  agent,
  imageOf,
  imageStack,
  NEWEST,
  newStack,
  newStackOfProvider,
  secretOf,
  temporaryFolder,
} from "../agents";

import { MIND_CASES } from "./mind-cases";

type Build = (stack: TerraformStack, acknowledge: Acknowledgements<RuleId>) => Construct;

export interface BothWays {
  /** The prop that the message names. */
  readonly prop: string;
  readonly refused: Build;
  readonly accepted: Build;
  /** The props of the two programs, where each is a single agent. */
  readonly props?: { readonly refused: Props; readonly accepted: Props };
  /** Other rules that the case must also break. */
  readonly also?: readonly RuleId[];
}

/** An agent on CapRover. The stack gets CapRover's provider too. */
const onCapRover = (props: AgentProps = {}, target: CapRoverTargetProps = {}) => {
  return (stack: TerraformStack): AgentProps => {
    if (stack.node.tryFindChild("caprover") === undefined) new CapRoverProvider(stack, "caprover");
    return { target: HermesTarget.caprover(target), ...props };
  };
};

export type Props = AgentProps | ((stack: TerraformStack) => AgentProps);

function app(prop: string, refused: Props, accepted: Props, ...also: readonly RuleId[]): BothWays {
  const build =
    (props: Props): Build =>
    (stack, acknowledge) =>
      agent(stack, { ...(typeof props === "function" ? props(stack) : props), acknowledge });
  return { prop, refused: build(refused), accepted: build(accepted), props: { refused, accepted }, also };
}

function registry(prop: string, refused: RegistryImageProps, accepted: RegistryImageProps): BothWays {
  const build =
    (props: RegistryImageProps): Build =>
    (stack, acknowledge) =>
      HermesImage.registry(stack, "image", { ...props, acknowledge });
  return { prop, refused: build(refused), accepted: build(accepted) };
}

function data(
  prop: string,
  refused: ConstructorParameters<typeof PersistentDataVolume>[2],
  accepted: ConstructorParameters<typeof PersistentDataVolume>[2],
): BothWays {
  const build =
    (props: typeof refused): Build =>
    (stack, acknowledge) =>
      new PersistentDataVolume(stack, "data", { ...props, acknowledge });
  return { prop, refused: build(refused), accepted: build(accepted) };
}

/** A second agent in addition to one with these props. */
function second(prop: string, first: Props, refused: Props, accepted: Props): BothWays {
  const build =
    (props: Props): Build =>
    (stack, acknowledge) => {
      const of = (given: Props) => (typeof given === "function" ? given(stack) : given);
      agent(stack, of(first), "first");
      return agent(stack, { ...of(props), acknowledge }, "second");
    };
  return { prop, refused: build(refused), accepted: build(accepted) };
}

const basic = (stack: TerraformStack, publicUrl?: string) =>
  DashboardAuth.basic(stack, "auth", {
    username: "ada",
    passwordHash: secretOf(stack, "hash"),
    sessionSecret: secretOf(stack, "session"),
    ...(publicUrl !== undefined && { publicUrl }),
  });
const oidc = (stack: TerraformStack, more: { publicUrl?: string; clientSecret?: string } = {}) =>
  DashboardAuth.oidc(stack, "auth", {
    issuer: "https://id.example",
    clientId: "hermes",
    publicUrl: "http://hermes.lan",
    ...more,
  });
const trusted = (stack: TerraformStack) => DashboardAuth.trustedNetwork(stack, "auth", { reason: "a lab" });
const api = (stack: TerraformStack, more: object = {}) => ({ apiServer: { key: secretOf(stack), ...more } });
const digest = `sha256:${"0".repeat(64)}`;
const everyone = (stack: TerraformStack, allowedUsers: readonly string[] | "everyone") => ({
  messaging: { telegram: { botToken: secretOf(stack), allowedUsers } },
});
const telegram = (stack: TerraformStack, more: object = {}) => ({
  messaging: { telegram: { botToken: secretOf(stack), allowedUsers: ["1"], ...more } },
});
const webhooks = (stack: TerraformStack) => ({ messaging: { webhook: { secret: secretOf(stack) } } });
const whatsappCloud = (stack: TerraformStack) => ({
  messaging: {
    whatsappCloud: {
      phoneNumberId: "1",
      accessToken: secretOf(stack, "token"),
      appSecret: secretOf(stack, "app"),
      verifyToken: secretOf(stack, "verify"),
      allowedUsers: ["4915550100"],
    },
  },
});
const sms = (stack: TerraformStack, webhookUrl: string) => ({
  messaging: {
    sms: {
      accountSid: `AC${"0".repeat(32)}`,
      authToken: secretOf(stack),
      phoneNumber: "+15550100",
      webhookUrl,
      allowedUsers: ["+15550101"],
    },
  },
});
/** Twilio's calls by an app of their own. */
const smsAt = (webhookUrl: string, domains: readonly string[]) => (stack: TerraformStack) =>
  onCapRover(sms(stack, webhookUrl), { address: false, apps: { sms: { name: "hermes-sms", domains } } })(
    stack,
  );
const bluebubbles = (stack: TerraformStack) => ({
  messaging: {
    bluebubbles: {
      serverUrl: "http://mac.lan:1234",
      password: secretOf(stack),
      webhookHost: "hermes.lan",
      allowedUsers: ["+15550100"],
    },
  },
});
const custom = { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1" };
const mount = (target: string) => ({ mounts: [{ hostPath: "/srv/x", target }] });

const terminal = (backend: string) => ({ config: { terminal: { backend } } });
const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const sshEngine = (stack: TerraformStack) => ({
  host: "sandbox.lan",
  user: "agent",
  key: secretOf(stack, "terminal_key"),
  hostKeys: [HOST_KEY],
});
const SSH = { backend: "ssh", ssh_host: "build.lan", ssh_user: "agent" };
const SSH_ROOTS = { HERMES_WRITE_SAFE_ROOT: "/opt/data:/home/agent:/workspace" };
const SOCKET = { hostPath: "/var/run/docker.sock", target: "/var/run/docker.sock" };

const atDomain = (domain: string) => (stack: TerraformStack) =>
  onCapRover(api(stack), { address: { to: "apiServer", domains: [domain] } })(stack);
const variableOf = (stack: TerraformStack, settings: object) =>
  new TerraformVariable(stack, "given", { type: "string", ...settings }).stringValue;
const remoteProvider = (stack: TerraformStack) =>
  new DockerProvider(stack, "remote", { alias: "remote", host: "ssh://deploy@agents.example" });
const nginxLogin = (password: string): CapRoverTargetProps => ({
  address: { to: "dashboard", basicAuth: { username: "ada", password } },
});
const onDocker = (props: DockerTargetProps) => ({ target: HermesTarget.docker(props) });
const qwenIn = (stack: TerraformStack, props: Partial<OllamaProps> = {}) =>
  LocalModel.ollama(stack, "qwen", { image: `ollama/ollama@${digest}`, model: "qwen3:8b", ...props });
const vllmIn = (stack: TerraformStack, props: Partial<VllmProps>) =>
  LocalModel.vllm(stack, "big", { image: `vllm/vllm-openai@${digest}`, model: "Qwen/Qwen3-8B", ...props });
const wrapperWithCodex = (stack: TerraformStack, acknowledge: Acknowledgements<RuleId>, npmPackage: string) =>
  HermesImage.wrapper(stack, "image", {
    release: NEWEST,
    baseDigest: digest,
    codexVersion: "0.169.0",
    npmPackages: { [npmPackage]: "1.0.0" },
    acknowledge,
  });

/** The stack before the agent's. */
const beside = (stack: TerraformStack): TerraformStack => {
  const found = App.of(stack).node.tryFindChild("sidecars");
  return found instanceof TerraformStack ? found : newStack(App.of(stack), "sidecars");
};

const withSidecar =
  (browser: (stack: TerraformStack) => Partial<SidecarProps>, target: Partial<SidecarsProps> = {}) =>
  (stack: TerraformStack): AgentProps => ({
    target: HermesTarget.docker({
      sidecars: { browser: { image: `camofox@${digest}`, ...browser(beside(stack)) } },
      sidecarStack: beside(stack),
      ...target,
    }),
  });

/** A database beside an agent. */
const database = (volume: string) =>
  withSidecar(() => ({}), {
    sidecars: {
      db: { image: "postgres:17.2", volumes: [{ volume, target: "/var/lib/postgresql/data" }] },
    },
  });

const MODAL = { modal: "1.3.4" };

const SHA256 = "ab".repeat(32);

/** The smallest wrapper's tag. */
const TAG_OF_SMALLEST = HermesImage.wrapper(newStack(), "image", {
  release: NEWEST,
  baseDigest: digest,
}).reference.replace(/^.*:/, "");

const fromCi = (props: Partial<CiDeliveryProps> = {}) =>
  ImageDelivery.ci({ repository: "ghcr.io/acme/hermes-agent", deploy: "terraform", ...props });
const onlyAmd64 = {
  "/opt/tool": { platforms: { "linux/amd64": { url: "https://example.com/tool", sha256: SHA256 } } },
};

/** A wrapper with a file that is longer than a request to CapRover may be. */
const withLongFile = (stack: TerraformStack, props: Partial<WrapperImageProps> = {}) =>
  HermesImage.wrapper(stack, "long", {
    release: NEWEST,
    baseDigest: digest,
    copy: { "/opt/long": { file: longFile() } },
    ...props,
  });
const longFile = () => {
  const file = join(temporaryFolder(), "long");
  writeFileSync(file, Buffer.alloc(2 * 2 ** 20));
  return file;
};

const delivered = (stack: TerraformStack, deploy: CiDeliveryProps["deploy"]) =>
  HermesImage.wrapper(imageStack(stack), "delivered", {
    release: NEWEST,
    baseDigest: digest,
    delivery: fromCi({ deploy }),
  });

function wrapper(
  prop: string,
  refused: Partial<WrapperImageProps>,
  accepted: Partial<WrapperImageProps>,
): BothWays {
  const build =
    (props: Partial<WrapperImageProps>): Build =>
    (stack, acknowledge) =>
      HermesImage.wrapper(stack, "image", { release: NEWEST, baseDigest: digest, ...props, acknowledge });
  return { prop, refused: build(refused), accepted: build(accepted) };
}

export const CASES: Readonly<Record<RuleId, BothWays>> = {
  ...MIND_CASES,
  // Image
  "image-floating-tag": registry("tag", { tag: "latest" }, { tag: "latest", digest, release: NEWEST }),
  "image-tag-obsolete": registry(
    "tag",
    { tag: "sha-0123456", release: NEWEST },
    { tag: "sha-0123456", release: NEWEST, repository: "ghcr.io/acme/hermes-agent" },
  ),
  "image-release-unknown": registry(
    "release",
    { repository: "ghcr.io/acme/hermes-agent", tag: "mine" },
    { repository: "ghcr.io/acme/hermes-agent", tag: "mine", release: NEWEST },
  ),
  "image-release-candidate": registry("tag", { tag: "rc.4-v0.21.6" }, { tag: "v0.21.6" }),
  "image-generation-obsolete": registry("tag", { tag: "v2026.4.23" }, { tag: "v2026.4.30" }),
  "image-base-unpinned": {
    prop: "baseDigest",
    refused: (stack, acknowledge) => HermesImage.wrapper(stack, "image", { release: NEWEST, acknowledge }),
    accepted: (stack, acknowledge) =>
      HermesImage.wrapper(stack, "image", { release: NEWEST, baseDigest: digest, acknowledge }),
  },

  "image-copy-place": wrapper(
    'copy["/opt/data/tool"]',
    { copy: { "/opt/data/tool": { url: "https://example.com/tool", sha256: SHA256 } } },
    { copy: { "/usr/local/bin/tool": { url: "https://example.com/tool", sha256: SHA256 } } },
  ),
  "image-copy-platform": wrapper(
    'copy["/opt/tool"].platforms',
    { delivery: fromCi({ platforms: ["linux/amd64", "linux/arm64"] }), copy: onlyAmd64 },
    { delivery: fromCi(), copy: onlyAmd64 },
  ),
  "image-delivery-name": wrapper("name", { delivery: fromCi(), name: "acme/x" }, { delivery: fromCi() }),
  "image-digest-stale": wrapper(
    "delivery.digest",
    { delivery: fromCi({ digest: `${"0".repeat(16)}@${digest}` }) },
    { delivery: fromCi() },
  ),
  "image-digest-unbound": wrapper(
    "delivery.digest",
    { delivery: fromCi({ digest }) },
    { delivery: fromCi({ digest: `${TAG_OF_SMALLEST}@${digest}` }) },
  ),
  "image-run-unpinned": wrapper(
    "run[0]",
    { run: ["curl -fsSL https://example.com/install.sh | sh"] },
    {
      run: ["curl -fsSLo /tmp/i https://example.com/i && echo 'HASH  /tmp/i' | sha256sum -c - && sh /tmp/i"],
    },
  ),
  "image-hermes-packages-dropped": {
    prop: "hermesPackages",
    refused: (stack, acknowledge) =>
      HermesImage.wrapper(stack, "image", {
        release: "v0.21.6",
        baseDigest: digest,
        hermesPackages: MODAL,
        acknowledge,
      }),
    accepted: (stack, acknowledge) =>
      HermesImage.wrapper(stack, "image", {
        release: "v2026.9.24",
        baseDigest: digest,
        hermesPackages: MODAL,
        acknowledge,
      }),
  },
  "image-duplicate-package": {
    prop: "npmPackages",
    refused: (stack, acknowledge) => wrapperWithCodex(stack, acknowledge, "@openai/codex"),
    accepted: (stack, acknowledge) => wrapperWithCodex(stack, acknowledge, "@anthropic-ai/claude-code"),
  },

  // Data
  "data-path-relative": data("hostPath", { hostPath: "srv/hermes" }, { hostPath: "/srv/hermes" }),
  "data-short-form": data("hostPath", { hostPath: "/srv/hermes:/opt/data" }, { hostPath: "/srv/hermes" }),
  "data-system-path": data("hostPath", { hostPath: "/etc/" }, { hostPath: "/srv/hermes" }),
  "data-temporary": data("hostPath", { hostPath: "/dev/shm/hermes" }, { hostPath: "/srv/hermes" }),
  "data-driver-options-invalid": data(
    "driverOptions.device",
    { name: "data", driverOptions: { type: "ext4" } },
    { name: "data", driverOptions: { type: "ext4", device: "/dev/sdb1" } },
  ),
  "data-network-filesystem": data(
    "driverOptions.type",
    { name: "data", driverOptions: { type: "nfs4", device: ":/x" } },
    { name: "data", driverOptions: { type: "none", o: "bind", device: "/srv/x" } },
  ),

  // Dashboard
  "dashboard-login-unsupported": app(
    "dashboard",
    (stack) => ({ release: "v2026.5.29", dashboard: basic(stack) }),
    (stack) => ({ release: "v2026.6.5", dashboard: basic(stack) }),
  ),
  "dashboard-oidc-secret-unsupported": app(
    "dashboard.clientSecret",
    (stack) => ({ release: "v2026.6.19", dashboard: oidc(stack, { clientSecret: secretOf(stack) }) }),
    (stack) => ({ release: "v2026.7.1", dashboard: oidc(stack, { clientSecret: secretOf(stack) }) }),
  ),
  "dashboard-trusted-network-obsolete": app(
    "dashboard",
    (stack) => ({ release: "v2026.7.1", dashboard: trusted(stack) }),
    (stack) => ({ release: "v2026.6.19", dashboard: trusted(stack) }),
  ),
  "dashboard-without-login": app(
    "target.publish.dashboard",
    (stack) => ({
      release: "v2026.6.19",
      dashboard: trusted(stack),
      ...onDocker({ publish: { dashboard: { address: "10.0.0.5" } } }),
    }),
    (stack) => ({
      release: "v2026.6.19",
      dashboard: trusted(stack),
      ...onDocker({ publish: { dashboard: { port: 80 } } }),
    }),
    "dashboard-without-tls",
  ),
  "dashboard-unreachable": app(
    "target.publish.dashboard",
    (stack) => ({
      dashboard: DashboardAuth.loopback(stack, "auth"),
      ...onDocker({ publish: { dashboard: {} } }),
    }),
    (stack) => ({
      dashboard: DashboardAuth.loopback(stack, "auth"),
      ...onDocker({ publish: { dashboard: false } }),
    }),
  ),
  "messaging-url-private": app(
    "messaging.sms.webhookUrl",
    (stack) => sms(stack, "https://192.168.1.20/webhooks/twilio"),
    (stack) => sms(stack, "https://sms.example/webhooks/twilio"),
  ),
  "address-unencrypted": app(
    "model.baseUrl",
    (stack) => ({ model: { ...custom, baseUrl: "http://models.example/v1", apiKey: secretOf(stack) } }),
    (stack) => ({ model: { ...custom, baseUrl: "https://models.example/v1", apiKey: secretOf(stack) } }),
  ),
  "workspace-elsewhere": app(
    "workspace",
    { workspace: { volume: "site" }, config: { terminal: SSH }, env: SSH_ROOTS },
    { config: { terminal: SSH }, env: SSH_ROOTS },
  ),
  "docker-sidecar-shared-files": second(
    "target.sidecars.db.volumes[0].volume",
    database("db"),
    database("db"),
    database("db-of-second"),
  ),
  "docker-sidecar-searxng-html": app(
    "target.sidecars.browser.files",
    withSidecar(() => ({ image: `searxng/searxng@${digest}`, serves: { searxng: 8080 } })),
    withSidecar(() => ({
      image: `searxng/searxng@${digest}`,
      serves: { searxng: 8080 },
      files: { "/etc/searxng/settings.yml": "search:\n  formats: [html, json]\n" },
    })),
  ),
  "local-model-args-overruled": {
    prop: "args[0]",
    refused: (stack, acknowledge) => vllmIn(stack, { args: ["--port", "9000"], acknowledge }),
    accepted: (stack, acknowledge) => vllmIn(stack, { args: ["--dtype", "half"], acknowledge }),
  },
  "messaging-url-elsewhere": app(
    "messaging.sms.webhookUrl",
    smsAt("https://hermes.example/webhooks/twilio", ["sms.example"]),
    smsAt("https://sms.example/webhooks/twilio", ["sms.example"]),
  ),
  "messaging-url-unnamed": app(
    "messaging.sms.webhookUrl",
    smsAt("https://sms.example/webhooks/twilio", []),
    smsAt("https://hermes-sms.apps.example/webhooks/twilio", []),
  ),
  "address-of-itself": app(
    "model.baseUrl",
    (stack) => ({ ...api(stack), model: { ...custom, baseUrl: "http://127.0.0.1:8642/v1" } }),
    (stack) => ({ ...api(stack), model: custom }),
  ),
  "docker-publish-without-service": app(
    "target.publish.dashboard",
    onDocker({ publish: { dashboard: { port: 8080 } } }),
    onDocker({ publish: { dashboard: false } }),
  ),
  "docker-own-name-unreachable": app(
    "target.publish.bluebubbles",
    (stack) => bluebubbles(stack),
    (stack) => ({
      ...bluebubbles(stack),
      ...onDocker({ publish: { bluebubbles: { address: "192.168.1.20" } } }),
    }),
  ),
  "docker-duplicate-network": app(
    "target.networks[1].name",
    onDocker({ networks: [{ name: "agents" }, { name: "agents", aliases: ["hermes"] }] }),
    onDocker({ networks: [{ name: "agents" }, { name: "models" }] }),
  ),
  "docker-network-reserved": app(
    "target.networks[0].name",
    onDocker({ networks: [{ name: "host" }] }),
    onDocker({ networks: [{ name: "host-agents" }] }),
  ),
  "workspace-system-path": app(
    "workspace.hostPath",
    { workspace: { hostPath: "/home" } },
    { workspace: { hostPath: "/home/ada/site" } },
  ),
  "docker-host-network-dashboard-open": app(
    "dashboard",
    (stack) => ({ dashboard: DashboardAuth.loopback(stack, "auth"), ...onDocker({ hostNetwork: true }) }),
    (stack) => ({ dashboard: basic(stack), ...onDocker({ hostNetwork: true }) }),
  ),
  "docker-device-unsafe": app(
    "target.devices[0].hostPath",
    onDocker({ devices: [{ hostPath: "/dev/sda1" }] }),
    onDocker({ devices: [{ hostPath: "/dev/snd" }, { hostPath: "/dev/dri/renderD128" }] }),
  ),
  "docker-sidecar-image-floating": app(
    "target.sidecars.browser.image",
    withSidecar(() => ({ image: "ghcr.io/browserless/chromium:latest" })),
    withSidecar(() => ({ image: "ghcr.io/browserless/chromium:v2.38.2" })),
  ),
  "server-credential": app(
    "target.sidecars.browser.env.ACCESS_TOKEN",
    withSidecar(() => ({ env: { ACCESS_TOKEN: "0123456789" } })),
    withSidecar((stack) => ({ secrets: { ACCESS_TOKEN: secretOf(stack) } })),
  ),
  "docker-sidecar-duplicate": app(
    "env.CAMOFOX_URL",
    (stack) => ({
      ...withSidecar(() => ({ serves: { camofox: 9377 } }))(stack),
      env: { CAMOFOX_URL: "http://other:9377" },
    }),
    withSidecar(() => ({ serves: { camofox: 9377 } })),
  ),
  "docker-host-name-duplicate": app(
    "target.sidecars.browser",
    (stack) => ({ ...withSidecar(() => ({}))(stack), extraHosts: { browser: "192.168.1.20" } }),
    (stack) => ({ ...withSidecar(() => ({}))(stack), extraHosts: { models: "192.168.1.20" } }),
  ),
  "server-duplicate": app(
    "target.sidecars.browser.env.ACCESS_TOKEN",
    withSidecar((stack) => ({ env: { ACCESS_TOKEN: "" }, secrets: { ACCESS_TOKEN: secretOf(stack) } })),
    withSidecar((stack) => ({ secrets: { ACCESS_TOKEN: secretOf(stack) } })),
  ),
  "server-path": app(
    "target.sidecars.browser.volumes[0].hostPath",
    withSidecar(() => ({ volumes: [{ hostPath: "./profile", target: "/profile" }] })),
    withSidecar(() => ({ volumes: [{ hostPath: "/srv/profile", target: "/profile" }] })),
  ),
  "server-device": app(
    "target.sidecars.browser.volumes[0].hostPath",
    withSidecar(() => ({ volumes: [{ hostPath: "/dev/snd", target: "/dev/snd" }] })),
    withSidecar(() => ({ volumes: [{ hostPath: "/dev/shm/frames", target: "/frames" }] })),
  ),
  "mount-device": app(
    "mounts[0].hostPath",
    { mounts: [{ hostPath: "/dev/snd", target: "/dev/snd" }] },
    onDocker({ devices: [{ hostPath: "/dev/snd" }] }),
  ),
  "server-host-control": app(
    "target.sidecars.browser.volumes[0].hostPath",
    withSidecar(() => ({ volumes: [{ hostPath: "/proc", target: "/host/proc", readOnly: true }] })),
    withSidecar(() => ({
      volumes: [{ hostPath: "/proc/cpuinfo", target: "/host/cpuinfo", readOnly: true }],
    })),
  ),
  "server-engine-socket": app(
    "target.sidecars.browser.volumes[0].hostPath",
    withSidecar(() => ({
      volumes: [{ hostPath: "/var/run/docker.sock", target: "/docker.sock", readOnly: true }],
    })),
    withSidecar(() => ({ volumes: [{ hostPath: "/run/avahi-daemon", target: "/run/avahi-daemon" }] })),
  ),
  "docker-sidecar-in-same-stack": app(
    "target.sidecars",
    (stack) => withSidecar(() => ({}), { sidecarStack: stack })(stack),
    withSidecar(() => ({})),
  ),
  "docker-sidecar-on-other-engine": app(
    "target.sidecarStack",
    (stack) => {
      const sidecarStack = new TerraformStack(App.of(stack), "elsewhere");
      new DockerProvider(sidecarStack, "docker", { host: "ssh://other.example" });
      return withSidecar(() => ({}), { sidecarStack })(stack);
    },
    withSidecar(() => ({})),
  ),
  "docker-model-without-network": app(
    "model",
    (stack) => ({ model: qwenIn(beside(stack)), ...onDocker({ hostNetwork: true }) }),
    (stack) => ({
      model: LocalModel.openAiCompatible(stack, "qwen", { model: "qwen3", onHost: { port: 11434 } }),
      ...onDocker({ hostNetwork: true }),
    }),
  ),
  "docker-model-in-same-stack": app(
    "model",
    (stack) => ({ model: qwenIn(stack) }),
    (stack) => ({ model: qwenIn(newStack(App.of(stack), "models")) }),
  ),
  "docker-model-on-other-engine": app(
    "model",
    (stack) => {
      const models = new TerraformStack(App.of(stack), "models");
      new DockerProvider(models, "docker", { host: "ssh://other.example" });
      return { model: qwenIn(models) };
    },
    (stack) => ({ model: qwenIn(newStack(App.of(stack), "models")) }),
  ),
  "caprover-unsupported-model-server": app(
    "model",
    (stack) => onCapRover({ model: qwenIn(stack) })(stack),
    (stack) =>
      onCapRover({
        model: LocalModel.openAiCompatible(stack, "qwen", {
          model: "qwen3",
          baseUrl: "http://srv-captain--qwen:11434/v1",
        }),
      })(stack),
  ),
  "local-model-image-unpinned": {
    prop: "image",
    refused: (stack, acknowledge) => qwenIn(stack, { image: "ollama/ollama:0.12.0", acknowledge }),
    accepted: (stack, acknowledge) => qwenIn(stack, { acknowledge }),
  },
  "dashboard-without-tls": app(
    "target.publish.dashboard",
    (stack) => ({
      dashboard: oidc(stack),
      ...onDocker({ publish: { dashboard: { address: "0.0.0.0" } } }),
    }),
    (stack) => ({
      dashboard: oidc(stack, { publicUrl: "https://hermes.example" }),
      trustedProxies: ["10.0.0.1"],
      ...onDocker({ publish: { dashboard: { address: "0.0.0.0" } } }),
    }),
  ),
  "dashboard-public-url-missing": app(
    "dashboard.publicUrl",
    (stack) => ({ dashboard: DashboardAuth.nous(stack, "auth", { clientId: "agent:1" }) }),
    (stack) => ({
      dashboard: DashboardAuth.nous(stack, "auth", { clientId: "agent:1", publicUrl: "http://hermes.lan" }),
    }),
  ),
  "dashboard-public-url-wrong": app(
    "dashboard.publicUrl",
    (stack) =>
      onCapRover(
        { dashboard: basic(stack, "https://other.example") },
        { address: { to: "dashboard", domains: ["hermes.example"] } },
      )(stack),
    (stack) =>
      onCapRover(
        { dashboard: basic(stack, "https://hermes.example") },
        { address: { to: "dashboard", domains: ["hermes.example"] } },
      )(stack),
  ),
  "trusted-proxies-missing": app(
    "trustedProxies",
    (stack) => ({ dashboard: basic(stack, "https://hermes.example") }),
    (stack) => ({ dashboard: basic(stack, "https://hermes.example"), trustedProxies: ["172.17.0.0/16"] }),
  ),
  "trusted-proxies-too-wide": app(
    "trustedProxies[1]",
    { trustedProxies: ["10.0.0.1", "::/0"] },
    { trustedProxies: ["10.0.0.0/8", "::1"] },
  ),
  "dashboard-plugin-disabled": app(
    "config.plugins.disabled",
    (stack) => ({ dashboard: basic(stack), config: { plugins: { disabled: ["basic"] } } }),
    (stack) => ({ dashboard: basic(stack), config: { plugins: { disabled: ["nous"] } } }),
  ),

  // Runtime
  "secret-literal": app(
    "secrets.OPENROUTER_API_KEY",
    { secrets: { OPENROUTER_API_KEY: "a-literal-key" } },
    (stack) => ({ secrets: { OPENROUTER_API_KEY: secretOf(stack) } }),
  ),
  "secret-exposed": app(
    "secrets.OPENROUTER_API_KEY",
    (stack) => ({ secrets: { OPENROUTER_API_KEY: variableOf(stack, {}) } }),
    (stack) => ({ secrets: { OPENROUTER_API_KEY: variableOf(stack, { sensitive: true }) } }),
  ),
  "secret-in-text": app(
    "env.HTTPS_PROXY",
    { env: { HTTPS_PROXY: "http://ada:hunter2@proxy:3128" } },
    { env: { HTTPS_PROXY: "http://proxy:3128" } },
  ),
  "secret-by-name": app(
    "target.labels.api-key",
    onDocker({ labels: { "api-key": "hunter2" } }),
    onDocker({ labels: { "api-key": "/run/secrets/api-key" } }),
  ),
  "secret-malformed": app(
    "apiServer.key",
    { apiServer: { key: "changeme" } },
    { apiServer: { key: "0123456789abcdef" } },
    "secret-literal",
  ),
  "docker-secrets-file-mixed": app(
    "secrets.A_KEY",
    { secrets: { A_KEY: inSecretsFile } },
    { secrets: { A_KEY: inSecretsFile }, ...onDocker({ secretsFile: "/srv/hermes.env" }) },
  ),
  "docker-secrets-file-unsupported": app(
    "target.secretsFile",
    { release: "v2026.6.5", ...onDocker({ secretsFile: "/srv/hermes.env" }) },
    { release: "v2026.6.19", ...onDocker({ secretsFile: "/srv/hermes.env" }) },
  ),
  "managed-scope-unsupported": app(
    "model",
    { release: "v2026.6.5", model: { provider: "openai-codex", name: "m" } },
    { release: "v2026.6.19", model: { provider: "openai-codex", name: "m" } },
  ),
  "managed-scope-unpinned": app(
    "GATEWAY_ALLOWED_USERS, ",
    (stack) => ({ release: "v2026.5.16", ...everyone(stack, ["1"]) }),
    (stack) => ({ release: "v2026.6.19", ...everyone(stack, ["1"]) }),
  ),
  "secret-in-environment": app(
    "apiServer.key",
    (stack) => ({ release: "v2026.6.5", ...api(stack) }),
    (stack) => ({ release: "v2026.6.19", ...api(stack) }),
  ),
  "secret-in-config": app(
    "config.providers.0.api_key",
    { config: { providers: [{ api_key: "a-literal-key" }] } },
    { config: { providers: [{ api_key: "${OPENROUTER_API_KEY}" }] } },
  ),
  "model-provider-misnamed": app(
    "model.provider",
    { model: { provider: "codex-oauth", name: "m" } },
    { model: { provider: "openai-codex", name: "m" } },
  ),
  "model-endpoint-ignored": app(
    "model.baseUrl",
    { model: { ...custom, provider: "anthropic" } },
    { model: custom },
  ),
  "model-provider-unknown": app(
    "model.provider",
    { model: { provider: "openruoter", name: "m" } },
    { model: { provider: "openrouter", name: "m" } },
  ),
  "model-endpoint-duplicate": app(
    "env.GLM_BASE_URL",
    { model: { ...custom, provider: "zai" }, env: { GLM_BASE_URL: "http://other:8000/v1" } },
    { model: { ...custom, provider: "zai" }, env: { GLM_BASE_URL: custom.baseUrl } },
  ),
  "model-endpoint-unused": app(
    "env.OPENAI_BASE_URL",
    { env: { OPENAI_BASE_URL: custom.baseUrl } },
    { env: { OPENAI_BASE_URL: custom.baseUrl }, model: { provider: "openai-api", name: "m" } },
  ),
  "model-key-misdirected": app(
    "secrets.OPENAI_API_KEY",
    (stack) => ({ secrets: { OPENAI_API_KEY: secretOf(stack) } }),
    (stack) => ({
      secrets: { OPENAI_API_KEY: secretOf(stack) },
      model: { provider: "openai-api", name: "m" },
    }),
  ),
  "api-server-unreachable": app(
    "apiServer.host",
    (stack) => api(stack, { host: "127.0.0.1" }),
    (stack) => ({ ...api(stack, { host: "127.0.0.1" }), ...onDocker({ publish: { apiServer: false } }) }),
  ),
  "api-server-on-dashboard-port": app(
    "apiServer.port",
    (stack) => ({
      ...api(stack, { port: 9119 }),
      dashboard: DashboardAuth.loopback(stack, "auth"),
      ...onDocker({ publish: { apiServer: { port: 80 } } }),
    }),
    (stack) => api(stack, { port: 9119 }),
  ),
  "api-server-any-origin": app(
    "apiServer.corsOrigins",
    (stack) => api(stack, { corsOrigins: ["*"] }),
    (stack) => api(stack, { corsOrigins: ["https://chat.example"] }),
  ),
  "api-server-without-tls": app(
    "target.publish.apiServer",
    (stack) => ({ ...api(stack), ...onDocker({ publish: { apiServer: { address: "0.0.0.0" } } }) }),
    (stack) => ({ ...api(stack), ...onDocker({ publish: { apiServer: { address: "::1" } } }) }),
  ),
  "messaging-open-to-everyone": app(
    "messaging.telegram.allowedUsers",
    (stack) => everyone(stack, "everyone"),
    (stack) => everyone(stack, ["1"]),
  ),
  "messaging-id-malformed": app(
    "messaging.telegram.allowedUsers",
    (stack) => everyone(stack, ["1", "@ada"]),
    (stack) => everyone(stack, ["1", "2"]),
  ),
  "config-unsafe": app(
    "config.approvals.mode",
    { config: { approvals: { mode: "off" } } },
    { config: { approvals: { mode: "manual" } } },
  ),
  "config-webhook-unsigned": app(
    "config.platforms.webhook.extra.routes.ci",
    { config: { platforms: { webhook: { extra: { routes: { ci: { prompt: "read it" } } } } } } },
    {
      config: {
        platforms: {
          webhook: { extra: { routes: { ci: { prompt: "read it", secret: "${HOOK_SECRET}" } } } },
        },
      },
    },
  ),
  "messaging-incomplete": app(
    "messaging.telegram.webhookUrl",
    (stack) => telegram(stack, { webhookUrl: "https://hermes.example/telegram" }),
    (stack) =>
      telegram(stack, {
        webhookUrl: "https://hermes.example/telegram",
        webhookSecret: secretOf(stack, "signed"),
      }),
  ),
  "messaging-unsupported": app(
    "messaging.whatsappCloud",
    (stack) => ({ ...whatsappCloud(stack), release: "v2026.6.5" }),
    (stack) => ({ ...whatsappCloud(stack), release: "v2026.6.19" }),
  ),
  "messaging-port-taken": app(
    "messaging.webhook.port",
    (stack) => ({
      ...api(stack),
      messaging: { webhook: { secret: secretOf(stack, "w"), port: 8642 } },
      ...onDocker({ publish: { webhook: { port: 80 } } }),
    }),
    (stack) => ({ ...api(stack), messaging: { webhook: { secret: secretOf(stack, "w") } } }),
  ),
  "messaging-without-tls": app(
    "target.publish.webhook",
    (stack) => ({ ...webhooks(stack), ...onDocker({ publish: { webhook: { address: "0.0.0.0" } } }) }),
    (stack) => ({ ...webhooks(stack), ...onDocker({ publish: { webhook: { port: 80 } } }) }),
  ),
  "config-schema-version": app(
    "config._config_version",
    { config: { _config_version: 9 } },
    { config: { agent: { _config_version: 9 } } },
  ),
  "messaging-nobody-allowed": app(
    "messaging.telegram.allowedUsers",
    (stack) => everyone(stack, []),
    (stack) => everyone(stack, ["1"]),
  ),
  "memory-too-small": app("memoryMiB", { memoryMiB: 1023 }, { memoryMiB: 1024 }),
  "memory-shm-too-large": app("shmMiB", { memoryMiB: 1024, shmMiB: 1025 }, { memoryMiB: 1024, shmMiB: 1024 }),
  "memory-shm-too-small": app("shmMiB", { shmMiB: 64 }, { shmMiB: 256 }),
  "health-check-off": app("healthCheck", { healthCheck: false }, { healthCheck: {} }),
  "health-check-unsupported": app("healthCheck", { release: "v2026.5.16" }, (stack) => ({
    release: "v2026.5.16",
    ...api(stack),
  })),
  "data-sqlite-corruption": app("image.release", { release: "v2026.7.20" }, { release: "v2026.7.30" }),
  "data-runtime-id-unsupported": app(
    "data.uid",
    (stack) => ({
      release: "v2026.5.29",
      data: new PersistentDataVolume(stack, "d", { name: "data", uid: 99 }),
    }),
    (stack) => ({
      release: "v2026.6.5",
      data: new PersistentDataVolume(stack, "d", { name: "data", uid: 99 }),
    }),
  ),

  // Environment
  "env-owned": app("env.HOME", { env: { HOME: "/root" } }, { env: { TZ: "Europe/Berlin" } }),
  "env-obsolete": app("env.API_SERVER_ENABLED", { env: { API_SERVER_ENABLED: "false" } }, { env: {} }),
  "env-breaks-image": app("env.PATH", { env: { PATH: "/bin" } }, { env: { MY_PATH: "/bin" } }),
  "env-unsafe": app("env.HERMES_YOLO_MODE", { env: { HERMES_YOLO_MODE: "1" } }, { env: {} }),
  "env-too-long": app(
    "env.TEXT",
    { env: { TEXT: "x".repeat(131_067) } },
    { env: { TEXT: "x".repeat(131_066) } },
  ),
  "env-duplicate-variable": app(
    "env.REGION",
    (stack) => ({ env: { REGION: "eu" }, secrets: { REGION: secretOf(stack) } }),
    (stack) => ({ env: { REGION: "eu" }, secrets: { OPENROUTER_API_KEY: secretOf(stack) } }),
  ),
  "env-credential": app("env.GITHUB_TOKEN", { env: { GITHUB_TOKEN: "${var.token}" } }, (stack) => ({
    secrets: { GITHUB_TOKEN: secretOf(stack) },
  })),

  // Mounts
  "mount-over-data": app("mounts[0].target", mount("/opt/data/"), mount("/opt/database")),
  "mount-inside-data": app("mounts[0].target", mount("/opt/data/skills"), mount("/workspace")),
  "mount-over-install-tree": app("mounts[0].target", mount("/opt/hermes/x"), mount("/opt/hermes-tools")),
  "mount-over-managed-scope": app("mounts[0].target", mount("/etc/hermes/.env"), mount("/etc/hermes-extra")),
  "mount-over-system": app("mounts[0].target", mount("/usr/"), mount("/usr/share/fonts/mine")),
  "mount-short-form": app("mounts[0].target", mount("/x:ro"), mount("/x")),
  "mount-duplicate-target": app(
    "mounts[1].target",
    {
      mounts: [
        { volume: "one", target: "/w" },
        { volume: "two", target: "/w/" },
      ],
    },
    {
      mounts: [
        { volume: "one", target: "/w" },
        { volume: "two", target: "/w/x" },
      ],
    },
  ),
  "mount-path-relative": app(
    "mounts[0].hostPath",
    { mounts: [{ hostPath: "./here", target: "/w" }] },
    { mounts: [{ hostPath: "/here", target: "/w" }] },
  ),
  "mount-docker-socket": app(
    "mounts[0].hostPath",
    { mounts: [{ hostPath: "/var/run/docker.sock", target: "/var/run/docker.sock" }] },
    { mounts: [{ hostPath: "/var/run/other.sock", target: "/var/run/other.sock" }] },
  ),

  // Deployment
  "duplicate-data": second(
    "data.name",
    {},
    (stack) => ({ data: new PersistentDataVolume(stack, "again", { name: "first-data" }) }),
    {},
  ),
  "duplicate-data-mount": second(
    "mounts[0].volume",
    {},
    { mounts: [{ volume: "first-data", target: "/theirs", readOnly: true }] },
    { mounts: [{ volume: "shared", target: "/shared", readOnly: true }] },
  ),
  "duplicate-name": second("name", {}, { name: "first" }, { name: "third" }),
  "duplicate-port": second(
    "target.publish.apiServer.port",
    (stack) => api(stack),
    (stack) => api(stack),
    (stack) => ({ ...api(stack), ...onDocker({ publish: { apiServer: { port: 8643 } } }) }),
  ),
  "duplicate-bot-token": second(
    "messaging.telegram.botToken",
    (stack) => everyone(stack, ["1"]),
    (stack) => everyone(stack, ["1"]),
    (stack) => ({ messaging: { telegram: { botToken: secretOf(stack, "other"), allowedUsers: ["1"] } } }),
  ),
  "duplicate-network": second(
    "target.networks[0].name",
    onDocker({ networks: [{ name: "agents", create: true }] }),
    onDocker({ networks: [{ name: "agents", create: true }] }),
    onDocker({ networks: [{ name: "agents" }] }),
  ),
  "caprover-platform-unrouted": app(
    "target.apps.webhook",
    (stack) => onCapRover({ ...api(stack), ...webhooks(stack) })(stack),
    (stack) =>
      onCapRover(
        { ...api(stack), ...webhooks(stack) },
        { apps: { webhook: { name: "hermes-hooks" } } },
      )(stack),
  ),
  "caprover-unsupported-own-name": app(
    "messaging.bluebubbles",
    (stack) => onCapRover(bluebubbles(stack))(stack),
    (stack) => onCapRover(webhooks(stack))(stack),
  ),
  "caprover-duplicate-domain": second(
    "target.address.domains[0]",
    atDomain("hermes.example.com"),
    atDomain("hermes.example.com"),
    atDomain("other.example.com"),
  ),
  "docker-unsupported-token": app(
    "image",
    (stack) => ({ image: delivered(stack, "token") }),
    (stack) => ({ image: delivered(stack, "terraform") }),
  ),
  "docker-image-in-same-stack": app(
    "image",
    (stack) => ({ image: HermesImage.registry(stack, "image", { tag: NEWEST }) }),
    (stack) => ({ image: imageOf(stack) }),
  ),
  "docker-image-on-other-engine": app(
    "image",
    (stack) => ({ target: HermesTarget.docker({ provider: remoteProvider(stack) }) }),
    (stack) => ({
      target: HermesTarget.docker({ provider: remoteProvider(stack) }),
      image: HermesImage.registry(imageStack(stack), "far", {
        tag: NEWEST,
        provider: remoteProvider(imageStack(stack)),
      }),
    }),
  ),
  // CapRover
  "caprover-unsupported-volume-driver": app(
    "data.driverOptions",
    (stack) =>
      onCapRover({ data: new PersistentDataVolume(stack, "d", { name: "data", driver: "local" }) })(stack),
    (stack) => onCapRover({ data: new PersistentDataVolume(stack, "d", { name: "data" }) })(stack),
  ),
  "caprover-unsupported-secrets-file": app(
    "secrets.A_KEY",
    onCapRover({ secrets: { A_KEY: inSecretsFile } }),
    (stack) => onCapRover({ secrets: { A_KEY: secretOf(stack) } })(stack),
  ),
  "caprover-unsupported-host-gateway": app(
    "extraHosts.models.lan",
    onCapRover({ extraHosts: { "models.lan": "host-gateway" } }),
    onCapRover({ extraHosts: { "models.lan": "192.168.1.20" } }),
  ),
  "caprover-app-name-invalid": app("name", onCapRover({ name: "Hermes" }), onCapRover({ name: "hermes-2" })),
  "caprover-volume-name-invalid": app(
    "mounts[0].volume",
    onCapRover({ mounts: [{ volume: "a--b", target: "/w" }] }),
    onCapRover({ mounts: [{ volume: "a-b", target: "/w" }] }),
  ),
  "caprover-host-path": app(
    "data.hostPath",
    (stack) =>
      onCapRover({ data: new PersistentDataVolume(stack, "d", { hostPath: "/captain/data/hermes/data" }) })(
        stack,
      ),
    onCapRover(),
  ),
  "caprover-config-too-long": app(
    "config",
    onCapRover({ config: { text: "x".repeat(LONGEST_FILES_BYTES) } }),
    onCapRover({ config: { text: "x".repeat(LONGEST_FILES_BYTES - 2000) } }),
  ),
  "caprover-definition-too-long": app(
    "image",
    (stack) => ({ ...onCapRover()(stack), image: withLongFile(stack) }),
    (stack) => ({ ...onCapRover()(stack), image: withLongFile(stack, { delivery: fromCi() }) }),
  ),
  "caprover-stop-too-long": app(
    "stopGraceSeconds",
    onCapRover({ stopGraceSeconds: 56 }),
    onCapRover({ stopGraceSeconds: 55 }),
  ),
  "caprover-api-key-shadowed": app(
    "apiServer",
    (stack) => onCapRover({ ...api(stack), release: "v2026.8.18" })(stack),
    (stack) => onCapRover({ ...api(stack), release: "v2026.8.27" })(stack),
  ),
  "caprover-basic-auth-literal": app(
    "target.address.basicAuth.password",
    (stack) =>
      onCapRover({ dashboard: basic(stack), release: "v2026.9.24" }, nginxLogin("a-literal-password"))(stack),
    (stack) =>
      onCapRover({ dashboard: basic(stack), release: "v2026.9.24" }, nginxLogin(secretOf(stack)))(stack),
  ),
  "caprover-app-without-service": app(
    "target.apps.apiServer",
    (stack) => onCapRover(api(stack), { apps: { apiServer: { name: "hermes-api" } } })(stack),
    (stack) =>
      onCapRover(
        { ...api(stack), dashboard: basic(stack), release: "v2026.9.24" },
        { apps: { apiServer: { name: "hermes-api" } } },
      )(stack),
  ),
  "caprover-address-without-service": app(
    "target.address.to",
    onCapRover({}, { address: { to: "apiServer" } }),
    (stack) => onCapRover(api(stack), { address: { to: "apiServer" } })(stack),
  ),
  "caprover-template-in-environment": app(
    "env.GREETING",
    onCapRover({ env: { GREETING: "{{.Node.Hostname}}" } }),
    onCapRover({ env: { GREETING: "{hello}" } }),
  ),

  // Pairs
  "config-duplicate-setting": app(
    "config.model.default",
    { model: custom, config: { model: { default: "other" } } },
    { model: custom, config: { model: { default: custom.name, max_tokens: 1000 } } },
  ),
  "secret-multiplexed": app(
    "multiplexProfiles",
    (stack) => ({ ...api(stack), multiplexProfiles: true }),
    (stack) => ({ ...api(stack), multiplexProfiles: true, profiles: { work: {} } }),
  ),
  "profile-unsupported": app(
    "profiles",
    { release: "v2026.6.5", profiles: { work: {} } },
    { release: "v2026.6.19", profiles: { work: {} } },
  ),
  "profile-multiplexing-unsupported": app(
    "multiplexProfiles",
    { release: "v2026.7.7.2", profiles: { work: {} }, multiplexProfiles: true },
    { release: "v2026.7.20", profiles: { work: {} }, multiplexProfiles: true },
  ),
  "profile-listener-multiplexed": app(
    "profiles.work.apiServer",
    (stack) => ({ profiles: { work: { apiServer: { key: secretOf(stack), port: 8643 } } } }),
    (stack) => ({
      profiles: { work: { apiServer: { key: secretOf(stack), port: 8643 } } },
      multiplexProfiles: false,
    }),
  ),
  "profile-port-missing": app(
    "profiles.work.apiServer.port",
    (stack) => ({ profiles: { work: api(stack) }, multiplexProfiles: false }),
    (stack) => ({
      profiles: { work: { apiServer: { key: secretOf(stack), port: 8643 } } },
      multiplexProfiles: false,
    }),
  ),
  "profile-port-taken": app(
    "profiles.work.apiServer.port",
    (stack) => ({
      ...api(stack),
      profiles: { work: { apiServer: { key: secretOf(stack, "other"), port: 8642 } } },
      multiplexProfiles: false,
      ...onDocker({ publish: { apiServer: { port: 1 } } }),
    }),
    (stack) => ({
      ...api(stack),
      profiles: { work: { apiServer: { key: secretOf(stack, "other"), port: 8643 } } },
      multiplexProfiles: false,
    }),
  ),
  "profile-reference-multiplexed": app(
    "profiles.work.config.custom.header",
    (stack) => ({
      profiles: {
        work: { config: { custom: { header: "Bearer ${A_TOKEN}" } }, secrets: { A_TOKEN: secretOf(stack) } },
      },
    }),
    (stack) => ({
      profiles: {
        work: { config: { custom: { header: "Bearer ${A_TOKEN}" } }, secrets: { A_TOKEN: secretOf(stack) } },
      },
      multiplexProfiles: false,
    }),
  ),
  "profile-variable-unfit": app(
    "profiles.work.env.GREETING",
    { profiles: { work: { env: { GREETING: "two\nlines" } } } },
    { profiles: { work: { env: { GREETING: "one line" } } } },
  ),
  "profile-name-alike": app(
    "profiles.work_2",
    { profiles: { "work-2": {}, work_2: {} } },
    { profiles: { "work-2": {}, work_3: {} } },
  ),
  "docker-trusted-proxies-elsewhere": app(
    "trustedProxies",
    { trustedProxies: ["172.17.0.0/16"], ...onDocker({ networks: [{ name: "agents" }] }) },
    { trustedProxies: ["172.17.0.0/16", "172.20.0.0/16"], ...onDocker({ networks: [{ name: "agents" }] }) },
  ),

  "timezone-unknown": app(
    "env.HERMES_TIMEZONE",
    { env: { HERMES_TIMEZONE: "Europe/Berln" } },
    { env: { HERMES_TIMEZONE: "Europe/Berlin" } },
  ),
  "timezone-duplicate": app(
    "config.timezone",
    { env: { HERMES_TIMEZONE: "Europe/Berlin" }, config: { timezone: "Asia/Tokyo" } },
    { env: { HERMES_TIMEZONE: "Europe/Berlin" }, config: { timezone: "Europe/Berlin" } },
  ),

  // Addresses
  "address-of-container": app(
    "model.baseUrl",
    { model: { ...custom, baseUrl: "http://localhost:8000/v1" } },
    { model: custom },
  ),
  "address-of-host-unknown": app(
    "model.baseUrl",
    { model: { ...custom, baseUrl: "http://host.docker.internal:8000/v1" } },
    {
      model: { ...custom, baseUrl: "http://host.docker.internal:8000/v1" },
      extraHosts: { "host.docker.internal": "host-gateway" },
    },
  ),

  // Terminal
  "terminal-backend-unknown": app("config.terminal.backend", terminal("dokcer"), terminal("local")),
  "terminal-backend-overruled": app(
    "env.TERMINAL_ENV",
    { env: { TERMINAL_ENV: "modal" } },
    terminal("modal"),
  ),
  "terminal-backend-incomplete": app("config.terminal.backend", terminal("daytona"), (stack) => ({
    ...terminal("daytona"),
    secrets: { DAYTONA_API_KEY: secretOf(stack) },
  })),
  "terminal-engine-missing": app("config.terminal.backend", terminal("docker"), terminal("local")),
  "terminal-skills-missing": app(
    "terminal",
    (stack) => ({ terminal: Terminal.docker({ engine: { ssh: sshEngine(stack) } }) }),
    (stack) => ({
      terminal: Terminal.ssh({ ...sshEngine(stack), directories: ["/home/agent"] }),
    }),
  ),
  "terminal-unsupported": app(
    "terminal.network",
    (stack) => ({
      release: "v2026.6.19",
      terminal: Terminal.docker({ engine: { ssh: sshEngine(stack) }, network: false }),
    }),
    (stack) => ({
      release: "v2026.7.20",
      terminal: Terminal.docker({ engine: { ssh: sshEngine(stack) }, network: false }),
    }),
    "terminal-skills-missing",
  ),
  "terminal-duplicate-setting": app(
    "env.TERMINAL_TIMEOUT",
    { terminal: Terminal.local({ timeoutSeconds: 60 }), env: { TERMINAL_TIMEOUT: "60" } },
    { terminal: Terminal.local({ timeoutSeconds: 60 }), env: { TERMINAL_DISK_WARNING_GB: "5" } },
  ),
  "terminal-cwd-ignored": app(
    "terminal.cwd",
    (stack) => ({ terminal: Terminal.daytona({ apiKey: secretOf(stack), cwd: "/home/daytona" }) }),
    { terminal: Terminal.modal({ cwd: "/homestead" }) },
  ),
  "terminal-sandbox-open": app(
    "terminal.extraArgs[0]",
    (stack) => ({
      terminal: Terminal.docker({ engine: { ssh: sshEngine(stack) }, extraArgs: ["--privileged"] }),
    }),
    (stack) => ({
      terminal: Terminal.docker({ engine: { ssh: sshEngine(stack) }, extraArgs: ["--gpus", "all"] }),
    }),
    "terminal-skills-missing",
  ),
  "terminal-program-missing": app(
    "terminal",
    { terminal: Terminal.singularity() },
    { terminal: Terminal.local() },
  ),
  "docker-terminal-own-engine": app(
    "terminal.engine",
    (stack) => ({
      ...onDocker({ provider: remoteProvider(stack) }),
      terminal: Terminal.docker({ engine: { ssh: { ...sshEngine(stack), host: "agents.example" } } }),
    }),
    (stack) => ({
      ...onDocker({ provider: remoteProvider(stack) }),
      terminal: Terminal.docker({ engine: { ssh: sshEngine(stack) } }),
    }),
    "terminal-skills-missing",
    "docker-image-on-other-engine",
  ),
  "terminal-data-elsewhere": app(
    "config.terminal.backend",
    { ...terminal("docker"), mounts: [SOCKET] },
    (stack) => ({
      ...terminal("docker"),
      mounts: [SOCKET],
      data: new PersistentDataVolume(stack, "here", { hostPath: "/opt/data" }),
    }),
    "mount-docker-socket",
  ),
  "terminal-write-guarded": app(
    "config.terminal.backend",
    { config: { terminal: SSH } },
    { config: { terminal: SSH }, env: { HERMES_WRITE_SAFE_ROOT: "/opt/data:/home/agent" } },
  ),
  "mount-host-control": app(
    "mounts[0].hostPath",
    { mounts: [{ hostPath: "/etc/ssl/certs", target: "/etc/ssl/certs" }] },
    { mounts: [{ hostPath: "/etc/ssl/certs", target: "/etc/ssl/certs", readOnly: true }] },
  ),
  "mount-write-guarded": app(
    "mounts[0].target",
    { ...mount("/workspace"), env: { HERMES_WRITE_SAFE_ROOT: "/opt/data" } },
    mount("/workspace"),
  ),

  "docker-provider-obsolete": {
    prop: "required_providers.docker.version",
    refused: (stack, acknowledge) => agent(newStackOfProvider("3.6.2", App.of(stack)), { acknowledge }),
    accepted: (stack, acknowledge) => agent(stack, { acknowledge }),
  },
};
