import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

// The sidecars have a stack of their own, which is deployed before the agent's: one that does not become healthy stops
// the deploy before it touches the running agent.
const sidecars = new TerraformStack(app, "sidecars");
new DockerProvider(sidecars, "docker");
const searxngSecret = new TerraformVariable(sidecars, "searxng_secret", {
  type: "string",
  sensitive: true,
  description: "any long random text",
});

/** The digests that `docker buildx imagetools inspect IMAGE:TAG` shows. Put those of your own choice here. */
const SEARXNG = "searxng/searxng@sha256:0000000000000000000000000000000000000000000000000000000000000000";
const CAMOFOX =
  "ghcr.io/jo-inc/camofox-browser@sha256:0000000000000000000000000000000000000000000000000000000000000000";

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  memoryMiB: 2048,
  target: HermesTarget.docker({
    sidecarStack: sidecars,
    sidecars: {
      search: {
        image: SEARXNG,
        serves: { searxng: 8080 }, // SEARXNG_URL and web.search_backend of the agent follow from it
        secrets: { SEARXNG_SECRET: searxngSecret.stringValue },
        // Hermes asks for JSON, which SearXNG refuses by default.
        files: {
          "/etc/searxng/settings.yml": "use_default_settings: true\nsearch:\n  formats: [html, json]\n",
        },
        volumes: [{ volume: "hermes-search-cache", target: "/var/cache/searxng" }],
        health: { test: ["CMD", "wget", "-qO/dev/null", "http://127.0.0.1:8080/healthz"] },
        memoryMiB: 512,
      },
      browser: {
        image: CAMOFOX,
        serves: { camofox: 9377 }, // CAMOFOX_URL of the agent follows from it
        env: { CAMOFOX_PORT: "9377" },
        health: { test: ["CMD-SHELL", "curl -fsS http://127.0.0.1:9377/health"] },
        memoryMiB: 2048,
        shmMiB: 1024,
      },
    },
  }),
});

app.synth();
