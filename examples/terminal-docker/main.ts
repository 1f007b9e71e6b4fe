import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, PersistentDataVolume, Terminal } from "cdktf-hermes";

const app = new App();

const images = new TerraformStack(app, "images");
new DockerProvider(images, "docker");
const image = HermesImage.registry(images, "image", { tag: "v2026.7.30" });

const agent = new TerraformStack(app, "agent");
new DockerProvider(agent, "docker");
const secret = (name: string) =>
  new TerraformVariable(agent, name, { type: "string", sensitive: true }).stringValue;

new HermesApp(agent, "hermes", {
  image,
  data: new PersistentDataVolume(agent, "data", { name: "hermes-data" }),
  // One sandbox for all commands, in the engine of a machine that has nothing else to lose.
  terminal: Terminal.docker({
    engine: {
      ssh: {
        host: "sandbox.lan",
        user: "agent",
        key: secret("terminal_key"),
        hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7s0Y4rFm2gV0mJ9w0c2l6yJ2nG5fX3m1q8hT4bZk9e"],
      },
    },
    image: "nikolaik/python-nodejs:python3.11-nodejs20",
    // A directory of sandbox.lan, which belongs to 10000:10000 there.
    volumes: [{ hostPath: "/srv/project", target: "/workspace" }],
    cwd: "/workspace",
    runAsHostUser: true,
    cpus: 2,
    memoryMiB: 4096,
  }),
  acknowledge: { "terminal-skills-missing": "the project needs none of the agent's skills" },
});

app.synth();
