/** An agent whose commands run elsewhere. The test says where, and runs it in a folder of its own. */
import { readFileSync } from "node:fs";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume, Terminal } from "cdktf-hermes";
import type { Asked } from "./asked";

const asked: Asked = JSON.parse(readFileSync("asked.json", "utf8"));
const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.wrapper(images, "image", {
  release: "v2026.7.30",
  baseRevision: "1",
  // Upstream's own image has both.
  aptPackages: ["docker.io", "openssh-client"],
});

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
const key = new TerraformVariable(agent, "terminal_key", { type: "string", sensitive: true }).stringValue;
const { host, hostKeys = [], tls, profiles = [] } = asked;

const sandbox = {
  image: asked.sandbox?.image ?? "",
  volumes: [{ hostPath: asked.sandbox?.work ?? "", target: "/workspace" }],
  cwd: "/workspace",
  runAsHostUser: true,
  memoryMiB: 256,
};
const terminal = {
  ssh: () => Terminal.ssh({ host, user: "agent", key, hostKeys, cwd: "/srv/work" }),
  "docker over ssh": () =>
    Terminal.docker({ ...sandbox, engine: { ssh: { host, user: "agent", key, hostKeys } } }),
  "docker over tls": () =>
    Terminal.docker({
      ...sandbox,
      engine: { tls: { host, ca: tls?.ca ?? "", certificate: tls?.certificate ?? "", key } },
    }),
}[asked.terminal]();

new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  terminal,
  ...(profiles.length > 0 && { profiles: Object.fromEntries(profiles.map((name) => [name, {}])) }),
  target: HermesTarget.docker({ networks: [{ name: "agents" }] }),
  env: { HERMES_GATEWAY_MAX_STARTS: "1000" },
});

app.synth();
