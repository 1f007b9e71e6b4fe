import { type App, TerraformStack, TerraformVariable } from "cdktf";
import { CapRoverProvider, HermesApp, HermesImage, HermesTarget, PersistentDataVolume } from "cdktf-hermes";

/** What differs between the agents. Everything else is written once, below. */
export interface Agent {
  readonly name: string;
  /** Slack member ids that may talk to it. */
  readonly slackUsers: readonly string[];
}

export const AGENTS: readonly Agent[] = [
  { name: "support", slackUsers: ["U01AAAAAAAA", "U01BBBBBBBB"] },
  { name: "research", slackUsers: ["U01CCCCCCCC"] },
];

const RELEASE = "v2026.7.30";

/** Each agent has a stack, so that it can be deployed and rolled back without the others. */
export function defineStacks(app: App, agents: readonly Agent[] = AGENTS): void {
  for (const { name, slackUsers } of agents) {
    const stack = new TerraformStack(app, name);
    new CapRoverProvider(stack, "caprover", { url: "https://captain.apps.example.com" });
    // Ephemeral, so that no saved plan contains it.
    const secret = (id: string) => {
      const variable = new TerraformVariable(stack, `${name}_${id}`, { type: "string", sensitive: true });
      variable.addOverride("ephemeral", true);
      return variable.stringValue;
    };

    new HermesApp(stack, "hermes", {
      name: `hermes-${name}`,
      target: HermesTarget.caprover(),
      image: HermesImage.registry(stack, "image", { tag: RELEASE }),
      data: new PersistentDataVolume(stack, "data", { name: `hermes-${name}-data` }),
      messaging: {
        slack: {
          botToken: secret("slack_bot_token"),
          appToken: secret("slack_app_token"),
          allowedUsers: slackUsers,
        },
      },
      secrets: { OPENROUTER_API_KEY: secret("openrouter_api_key") },
      memoryMiB: 4096,
    });
  }
}
