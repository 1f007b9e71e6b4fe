/** Agents with servers beside them. `beside.test.ts` says what, in `asked.json`. */
import { readFileSync } from "node:fs";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, LocalModel, PersistentDataVolume } from "cdktf-hermes";
import type { Asked } from "./asked";

const asked: Asked = JSON.parse(readFileSync("asked.json", "utf8"));
const app = new App();

function stack(name: string): TerraformStack {
  const made = new TerraformStack(app, name);
  new DockerProvider(made, "docker");
  if (asked.provider === "3.6.2") made.addOverride("terraform.required_providers.docker.version", "3.6.2");
  return made;
}

const images = stack("images");
const image = HermesImage.registry(images, "image", { tag: asked.release });
const beside = stack("beside");

const gpus = asked.gpus ? ({ gpus: "all" } as const) : {};
const models = {
  ollama: () =>
    LocalModel.ollama(beside, "qwen", { image: asked.server, model: asked.model, ...gpus, ...asked.ready }),
  vllm: () =>
    LocalModel.vllm(beside, "qwen", { image: asked.server, model: asked.model, ...gpus, ...asked.ready }),
  container: () =>
    LocalModel.openAiCompatible(beside, "qwen", {
      image: asked.server,
      model: asked.model,
      port: 8080,
      command: ["sh", "-c", 'echo "$0" > /var/lib/models; exec server', asked.model],
      health: { test: ["CMD", "curl", "-fsS", "http://127.0.0.1:8080/v1/models"] },
    }),
  onHost: (port: number) =>
    LocalModel.openAiCompatible(beside, "qwen", { model: asked.model, onHost: { port } }),
};

const made =
  asked.modelOn === "onHost"
    ? models.onHost(asked.hostPort ?? 0)
    : asked.modelOn === undefined
      ? undefined
      : models[asked.modelOn]();

for (const [i, name] of asked.agents.entries()) {
  const agent = stack(name);
  const key = new TerraformVariable(agent, "api_server_key", { type: "string", sensitive: true });
  const secret = new TerraformVariable(beside, `secret_${name}`, { type: "string", sensitive: true });
  new HermesApp(agent, name, {
    image,
    data: new PersistentDataVolume(agent, "data", { name: `${name}-data` }),
    apiServer: { key: key.stringValue, ...(asked.hostNetwork && { port: 8650 + i }) },
    ...(made && { model: made }),

    ...(asked.workspace && { workspace: asked.workspace }),
    env: { HERMES_GATEWAY_MAX_STARTS: "1000", ...asked.env },
    ...(asked.sidecarsInSameStack && {
      acknowledge: { "docker-sidecar-in-same-stack": "of the tests" },
    }),
    target: asked.hostNetwork
      ? HermesTarget.docker({ hostNetwork: true })
      : HermesTarget.docker({
          publish: { apiServer: false },
          ...(asked.devices && { devices: asked.devices }),
          ...gpus,
          ...(asked.sidecarTest && {
            ...(!asked.sidecarsInSameStack && { sidecarStack: beside }),
            sidecars: {
              search: {
                image: asked.server,
                serves: { searxng: 8080 },
                env: { SERVER_PORT: "8080" },
                secrets: asked.sidecarsInSameStack ? {} : { SEARXNG_SECRET: secret.stringValue },
                files: { "/etc/searxng/settings.yml": "search:\n  formats: [html, json]\n" },
                volumes: [{ volume: `${name}-search`, target: "/var/cache/searxng" }],
                health: { test: asked.sidecarTest, startPeriodSeconds: 0, retries: 2, intervalSeconds: 1 },
                memoryMiB: 128,
              },
            },
          }),
        }),
  });
}

app.synth();
