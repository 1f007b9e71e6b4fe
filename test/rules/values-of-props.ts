/** A few values of each prop of an agent, each right by itself somewhere. */
import { App, TerraformStack } from "cdktf";
import {
  CapRoverProvider,
  DashboardAuth,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  inSecretsFile,
  LocalModel,
  PersistentDataVolume,
  Terminal,
} from "../../lib";
import { type AgentProps, newStack, secretOf } from "../agents";
import { folder, skill } from "./mind-cases";

const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

export type Value = (stack: TerraformStack) => AgentProps;

const IMAGE = `some/server@sha256:${"0".repeat(64)}`;

/** A stack before the agent's. */
const besides = (stack: TerraformStack): TerraformStack => {
  const app = App.of(stack);
  const found = app.node.tryFindChild("beside");
  return found instanceof TerraformStack ? found : newStack(app, "beside");
};

const SKILLS = folder({ "SKILL.md": skill("hello") });
const hash = (stack: TerraformStack) => secretOf(stack, "hash");

export const VALUES: Readonly<Record<keyof AgentProps, Readonly<Record<string, Value>>>> = {
  image: {
    "packages in Hermes' own environment": (stack) => ({
      image: HermesImage.wrapper(besides(stack), "image", {
        release: "v2026.7.30",
        baseRevision: "1",
        hermesPackages: { "a-plugin": "1.0" },
      }),
    }),
    "built by a CI": (stack) => ({
      image: HermesImage.wrapper(besides(stack), "image", {
        release: "v2026.7.30",
        baseRevision: "1",
        delivery: ImageDelivery.ci({ repository: "ghcr.io/acme/agent", deploy: "terraform" }),
      }),
    }),
  },
  release: {
    "the first generation": () => ({ release: "v2026.5.16" }),
    "before the managed scope": () => ({ release: "v2026.6.5" }),
    "the first with it": () => ({ release: "v2026.6.19" }),
    "one with a key of its own": () => ({ release: "v2026.8.13" }),
  },
  target: {
    "docker, published": () => ({
      target: HermesTarget.docker({
        publish: { dashboard: { address: "0.0.0.0" } },
        networks: [{ name: "agents", create: true }],
      }),
    }),
    "docker, a sidecar": (stack) => ({
      target: HermesTarget.docker({
        sidecars: {
          search: { image: IMAGE, serves: { searxng: 8080 }, volumes: [{ volume: "own", target: "/x" }] },
        },
        sidecarStack: besides(stack),
      }),
    }),
    "docker, a sidecar in the same stack": () => ({
      target: HermesTarget.docker({
        networks: [{ name: "agents" }],
        sidecars: { browser: { image: IMAGE, serves: { cdp: 3000 }, health: { test: ["CMD", "true"] } } },
      }),
      acknowledge: { "docker-sidecar-in-same-stack": "seen" },
    }),
    "docker, the host's network": () => ({ target: HermesTarget.docker({ hostNetwork: true }) }),
    "docker, GPUs and devices": () => ({
      target: HermesTarget.docker({ gpus: "all", devices: [{ hostPath: "/dev/snd" }] }),
    }),
    "docker, a secrets file": () => ({ target: HermesTarget.docker({ secretsFile: "/srv/hermes.env" }) }),
    caprover: (stack) => {
      new CapRoverProvider(stack, "caprover");
      return { target: HermesTarget.caprover() };
    },
    "caprover, no address": (stack) => {
      new CapRoverProvider(stack, "caprover");
      return { target: HermesTarget.caprover({ address: false }) };
    },
  },
  data: {
    "a host path": (stack) => ({ data: new PersistentDataVolume(stack, "own", { hostPath: "/srv/hermes" }) }),
    "a user of its own": (stack) => ({
      data: new PersistentDataVolume(stack, "own", { name: "own", uid: 99 }),
    }),
    options: (stack) => ({
      data: new PersistentDataVolume(stack, "own", { name: "own", driverOptions: { type: "none" } }),
    }),
  },
  dashboard: {
    basic: (stack) => ({
      dashboard: DashboardAuth.basic(stack, "auth", {
        username: "ada",
        passwordHash: hash(stack),
        sessionSecret: secretOf(stack, "session"),
        publicUrl: "https://hermes.example",
      }),
    }),
    oidc: (stack) => ({
      dashboard: DashboardAuth.oidc(stack, "auth", { issuer: "https://id.example", clientId: "hermes" }),
    }),
    loopback: (stack) => ({ dashboard: DashboardAuth.loopback(stack, "auth") }),
    trusted: (stack) => ({ dashboard: DashboardAuth.trustedNetwork(stack, "auth", { reason: "a lab" }) }),
  },
  apiServer: {
    plain: (stack) => ({ apiServer: { key: secretOf(stack) } }),
    loopback: (stack) => ({ apiServer: { key: secretOf(stack), host: "127.0.0.1" } }),
    "the dashboard's port": (stack) => ({ apiServer: { key: secretOf(stack), port: 9119 } }),
    "in the secrets file": () => ({ apiServer: { key: inSecretsFile } }),
  },
  model: {
    codex: () => ({ model: { provider: "openai-codex", name: "m" } }),
    custom: (stack) => ({
      model: { provider: "custom", name: "m", baseUrl: "http://vllm:8000/v1", apiKey: secretOf(stack) },
    }),
    zai: () => ({ model: { provider: "zai", name: "m", baseUrl: "http://proxy:1/v1" } }),
    "a server beside": (stack) => ({
      model: LocalModel.ollama(besides(stack), "qwen", {
        image: IMAGE,
        model: "qwen3",
        weightsVolume: "own",
      }),
    }),
    "a server in the same stack": (stack) => ({
      model: LocalModel.vllm(stack, "qwen", { image: IMAGE, model: "qwen3", gpus: "all" }),
      acknowledge: { "docker-model-in-same-stack": "seen" },
    }),
    "a server on the host": (stack) => ({
      model: LocalModel.openAiCompatible(stack, "qwen", { model: "qwen3", onHost: { port: 11434 } }),
    }),
    "a server elsewhere, with a key": (stack) => ({
      model: LocalModel.openAiCompatible(stack, "qwen", {
        model: "qwen3",
        baseUrl: "http://localhost:1/v1",
        apiKey: secretOf(stack, "model_key"),
      }),
    }),
    unknown: () => ({ model: { provider: "tomorrow", name: "m" } }),
    "known to Terraform": () => ({ model: { provider: "${var.p}", name: "${var.n}" } }),
  },
  config: {
    terminal: () => ({ config: { terminal: { backend: "docker" } } }),
    "a route": () => ({ config: { platforms: { webhook: { extra: { routes: { ci: {} } } } } } }),
    providers: () => ({ config: { providers: { zai: { api: "http://own:1/v1" } }, model: null } }),
    "known to Terraform": () => ({ config: { list: ["${var.a}", 1, null, { deep: [true] }] } }),
  },
  profiles: {
    empty: () => ({ profiles: { work: {} } }),
    "with a bot and a model": (stack) => ({
      profiles: {
        work: {
          model: { provider: "openrouter", name: "m" },
          messaging: { telegram: { botToken: secretOf(stack, "w"), allowedUsers: ["1"] } },
          secrets: { OPENROUTER_API_KEY: secretOf(stack, "k") },
        },
      },
    }),
    "with an API server": (stack) => ({
      profiles: { work: { apiServer: { key: secretOf(stack, "w"), port: 8643 } } },
    }),
  },
  multiplexProfiles: {
    on: () => ({ multiplexProfiles: true }),
    off: () => ({ multiplexProfiles: false }),
  },
  messaging: {
    "two that call": (stack) => ({
      messaging: {
        webhook: { secret: secretOf(stack, "w") },
        line: {
          channelAccessToken: secretOf(stack, "t"),
          channelSecret: secretOf(stack, "c"),
          allowedUsers: [`U${"a".repeat(32)}`],
        },
      },
    }),
    "one that calls a name of its own": (stack) => ({
      messaging: {
        bluebubbles: {
          serverUrl: "http://mac.lan:1234",
          password: secretOf(stack, "b"),
          webhookHost: "hermes.lan",
          allowedUsers: ["+4915550100"],
        },
      },
    }),
    slack: (stack) => ({
      messaging: {
        slack: { botToken: secretOf(stack, "b"), appToken: secretOf(stack, "a"), allowedUsers: ["U1"] },
      },
    }),
    nobody: (stack) => ({ messaging: { telegram: { botToken: secretOf(stack, "b") } } }),
    everyone: (stack) => ({
      messaging: { discord: { botToken: secretOf(stack, "b"), allowedUsers: "everyone" } },
    }),
  },
  secrets: {
    "a model's key": (stack) => ({ secrets: { GLM_API_KEY: secretOf(stack) } }),
    "OpenAI's key": (stack) => ({ secrets: { OPENAI_API_KEY: secretOf(stack) } }),
    "a bot's token": (stack) => ({ secrets: { MATRIX_ACCESS_TOKEN: secretOf(stack, "b") } }),
    "in the secrets file": () => ({ secrets: { A_KEY: inSecretsFile } }),
  },
  env: {
    plain: () => ({ env: { TZ: "Europe/Berlin", EMPTY: "" } }),
    "an endpoint": () => ({ env: { GLM_BASE_URL: "http://proxy:1/v1" } }),
    "write roots": () => ({ env: { HERMES_WRITE_SAFE_ROOT: "/opt/data" } }),
    "the host": () => ({
      env: { SEARXNG_URL: "http://host.docker.internal:8080", DOCKER_HOST: "tcp://b:2376" },
    }),
    "known to Terraform": () => ({ env: { GREETING: "${var.text}", TERMINAL_ENV: "${var.t}" } }),
  },
  trustedProxies: {
    network: () => ({ trustedProxies: ["172.17.0.0/16"] }),
    none: () => ({ trustedProxies: [] }),
    "known to Terraform": () => ({ trustedProxies: ["${var.proxy}"] }),
  },
  memoryMiB: { small: () => ({ memoryMiB: 1024 }) },
  cpus: { half: () => ({ cpus: 0.5 }) },
  shmMiB: { small: () => ({ shmMiB: 64 }), "more than the memory": () => ({ shmMiB: 4096 }) },
  healthCheck: {
    off: () => ({ healthCheck: false }),
    short: () => ({ healthCheck: { intervalSeconds: 1, startPeriodSeconds: 0 } }),
  },
  stopGraceSeconds: { short: () => ({ stopGraceSeconds: 20 }), long: () => ({ stopGraceSeconds: 300 }) },
  mounts: {
    writable: () => ({ mounts: [{ volume: "work", target: "/workspace" }] }),
    "read-only": () => ({ mounts: [{ hostPath: "/srv/x", target: "/x", readOnly: true }] }),
    socket: () => ({ mounts: [{ hostPath: "/var/run/docker.sock", target: "/var/run/docker.sock" }] }),
    "known to Terraform": () => ({ mounts: [{ hostPath: "${var.path}", target: "/${var.target}" }] }),
  },
  terminal: {
    local: () => ({ terminal: Terminal.local({ cwd: "/workspace", timeoutSeconds: 60 }) }),
    ssh: (stack) => ({
      terminal: Terminal.ssh({
        host: "build.lan",
        user: "agent",
        key: secretOf(stack, "k"),
        hostKeys: [HOST_KEY],
        directories: ["/srv/work"],
      }),
    }),
    "an engine over SSH": (stack) => ({
      terminal: Terminal.docker({
        engine: {
          ssh: { host: "build.lan", user: "agent", key: secretOf(stack, "k"), hostKeys: [HOST_KEY] },
        },
        network: false,
      }),
    }),
    "an engine over TLS": () => ({
      terminal: Terminal.docker({
        engine: { tls: { host: "build.lan", ca: PEM, certificate: PEM, key: inSecretsFile } },
      }),
    }),
    "the own socket": () => ({ terminal: Terminal.docker({ engine: { socket: "/var/run/docker.sock" } }) }),
    "a proxy": () => ({ terminal: Terminal.docker({ engine: { proxy: "tcp://docker-proxy:2375" } }) }),
    modal: (stack) => ({
      terminal: Terminal.modal({ tokenId: secretOf(stack, "i"), tokenSecret: secretOf(stack, "s") }),
    }),
    daytona: (stack) => ({ terminal: Terminal.daytona({ apiKey: secretOf(stack, "d") }) }),
    singularity: () => ({ terminal: Terminal.singularity() }),
    "known to Terraform": (stack) => ({
      terminal: Terminal.ssh({
        host: "${var.host}",
        user: "${var.user}",
        key: secretOf(stack, "k"),
        hostKeys: ["${var.key}"],
      }),
    }),
  },
  workspace: {
    volume: () => ({ workspace: { volume: "work" } }),
    "a host path": () => ({ workspace: { hostPath: "/srv/project", target: "/project" } }),
    several: () => ({ workspace: [{ volume: "own" }, { hostPath: "${var.path}", target: "/x" }] }),
    "the host's system": () => ({ workspace: { hostPath: "/" } }),
  },
  extraHosts: {
    "a sidecar's name": () => ({ extraHosts: { search: "10.0.0.1" } }),
    gateway: () => ({ extraHosts: { "host.docker.internal": "host-gateway" } }),
    "known to Terraform": () => ({ extraHosts: { "models.lan": "${var.address}" } }),
  },
  soul: {
    plain: () => ({ soul: { text: "Be kind." } }),
    "known to Terraform": (stack) => ({ soul: { text: `Serve ${secretOf(stack, "team")}.` } }),
  },
  skills: { one: () => ({ skills: [SKILLS] }) },
  mcpServers: {
    program: (stack) => ({
      mcpServers: { tool: { command: "/opt/tool", env: { TOKEN: secretOf(stack, "t") } } },
    }),
    server: () => ({ mcpServers: { tool: { url: "https://mcp.example/mcp", headers: { "X-Team": "a" } } } }),
  },
  crons: {
    daily: () => ({ crons: { daily: { schedule: "0 9 * * *", prompt: "Hello", deliver: "slack:C1" } } }),
  },
  fallbackModels: {
    codex: () => ({ fallbackModels: [{ provider: "openai-codex", name: "m" }] }),
    custom: (stack) => ({
      fallbackModels: [
        { provider: "custom", name: "n", baseUrl: "http://b:1/v1", apiKey: secretOf(stack, "f") },
      ],
    }),
  },
  toolsets: {
    all: () => ({ toolsets: ["web"] }),
    "by surface": () => ({ toolsets: { slack: ["web"], api_server: [] } }),
  },
  files: {
    text: () => ({ files: { "workspace/AGENTS.md": { text: "Be brief." } } }),
    "known to Terraform": () => ({ files: { "workspace/team": { text: "${var.team}" } } }),
  },
  name: { other: () => ({ name: "agent-7" }), capitals: () => ({ name: "Agent.7" }) },
  acknowledge: { one: () => ({ acknowledge: { "health-check-off": "seen" } }) },
};
