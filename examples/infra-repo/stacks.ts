import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { type App, TerraformStack, TerraformVariable } from "cdktf";
import { HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

/** What differs between the agents. Everything else is written once, below. */
export interface Agent {
  readonly name: string;
  /** The engine, such as `ssh://deploy@agents-1.example.com`. */
  readonly host: string;
  /** Slack member ids that may talk to it. */
  readonly slackUsers: readonly string[];
}

export const AGENTS: readonly Agent[] = [
  { name: "support", host: "ssh://deploy@agents-1.example.com", slackUsers: ["U01AAAAAAAA", "U01BBBBBBBB"] },
  { name: "research", host: "ssh://deploy@agents-2.example.com", slackUsers: ["U01CCCCCCCC"] },
];

const RELEASE = "v2026.7.30";

/** A stack for the image of each engine, and a stack for each agent. */
export function defineStacks(app: App, agents: readonly Agent[] = AGENTS): void {
  const images = new Map<string, HermesImage>();
  for (const { name, host, slackUsers } of agents) {
    const image = images.get(host) ?? defineImage(app, host, images.size + 1);
    images.set(host, image);

    const stack = new TerraformStack(app, name);
    new DockerProvider(stack, "docker", { host });
    const secret = (id: string) =>
      new TerraformVariable(stack, `${name}_${id}`, { type: "string", sensitive: true }).stringValue;

    new HermesApp(stack, "hermes", {
      name: `hermes-${name}`,
      image,
      data: new PersistentDataVolume(stack, "data", { hostPath: `/srv/hermes/${name}` }),
      messaging: {
        slack: {
          botToken: secret("slack_bot_token"),
          appToken: secret("slack_app_token"),
          allowedUsers: slackUsers,
        },
      },
      model: { provider: "openrouter", name: "anthropic/claude-sonnet-4.5" },
      secrets: { OPENROUTER_API_KEY: secret("openrouter_api_key") },
      memoryMiB: 4096,
      target: HermesTarget.docker({ labels: { team: name } }),
    });
  }
}

function defineImage(app: App, host: string, number: number): HermesImage {
  const stack = new TerraformStack(app, `images-${number}`);
  new DockerProvider(stack, "docker", { host });
  return HermesImage.registry(stack, "image", { tag: RELEASE });
}
