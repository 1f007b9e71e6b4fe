import type { Manifest } from "../../lib/operations/manifest";

/** An agent in a container of a Docker engine. */
export const ON_DOCKER: Manifest = {
  version: 1,
  agent: "agent/hermes",
  name: "hermes",
  place: { kind: "docker", container: "hermes", host: "ssh://deploy@one.example.com" },
  release: "v2026.7.30",
  image: "nousresearch/hermes-agent:v2026.7.30",
  data: "hermes-data",
  services: { dashboard: { port: 9119, url: "http://127.0.0.1:9119" }, apiServer: { port: 8642 } },
  login: "basic",
  username: "greg",
  platforms: { slack: ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"] },
  model: { provider: "openai-codex", name: "gpt-5.5" },
  secrets: [],
  variables: { given: ["SLACK_BOT_TOKEN"], volumeWins: [] },
  healthCheck: true,
  stopGraceSeconds: 45,
  hash: "0123456789abcdef",
};

/** The same agent in an app of a CapRover server. */
export const ON_CAPROVER: Manifest = {
  ...ON_DOCKER,
  place: { kind: "caprover", app: "hermes", url: "https://captain.apps.example.com" },
  services: { dashboard: { port: 9119, url: "https://hermes.example.com" } },
};
