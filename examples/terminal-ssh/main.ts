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
  // Commands and file tools work as this user of that machine, and begin in its project.
  terminal: Terminal.ssh({
    host: "build.lan",
    user: "agent",
    key: secret("terminal_key"),
    // As `ssh-keyscan -t ed25519 build.lan` prints it behind the name.
    hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7s0Y4rFm2gV0mJ9w0c2l6yJ2nG5fX3m1q8hT4bZk9e"],
    cwd: "/srv/project",
    directories: ["/home/agent"],
    timeoutSeconds: 600,
  }),
});

app.synth();
