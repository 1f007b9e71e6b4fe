import { type App, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider,
  CapRoverRegistry,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  ImageDelivery,
  PersistentDataVolume,
} from "cdktf-hermes";

/** The shell that deploys sets CAPROVER_URL and CAPROVER_PASSWORD of the CapRover server. */
export function defineStacks(app: App): void {
  // CapRover pulls the private image with this account, so it is there before the agent.
  const registry = new TerraformStack(app, "registry");
  new CapRoverProvider(registry, "caprover");
  new CapRoverRegistry(registry, "ghcr", {
    domain: "ghcr.io",
    imagePrefix: "acme",
    username: "acme-deploy",
    passwordWo: secret(registry, "ghcr_token", "classic token of GitHub with read:packages"),
  });

  const agent = new TerraformStack(app, "agent");
  agent.addDependency(registry);
  new CapRoverProvider(agent, "caprover");
  new HermesApp(agent, "hermes", {
    image: HermesImage.wrapper(agent, "image", {
      release: "v2026.7.30",
      baseRevision: "1", // change it to build on a changed base; or pin baseDigest
      codexVersion: "0.169.0",
      // The first deploy creates the app with this image. From then on the CI deploys, and Terraform keeps its image.
      delivery: ImageDelivery.ci({ repository: "ghcr.io/acme/hermes-agent", deploy: "token" }),
    }),
    data: new PersistentDataVolume(agent, "data", { hostPath: "/captain/data/hermes/data" }),
    dashboard: DashboardAuth.basic(agent, "dashboard", {
      username: "admin",
      passwordHash: secret(agent, "dashboard_password_hash", "printed by `npx cdktf-hermes hash-password`"),
      sessionSecret: secret(
        agent,
        "dashboard_session_secret",
        "printed by `npx cdktf-hermes session-secret`",
      ),
    }),
    apiServer: {
      key: secret(agent, "api_server_key", "printed by `openssl rand -hex 32`"),
      corsOrigins: ["https://hermes.example.com"],
    },
    messaging: {
      slack: {
        botToken: secret(agent, "slack_bot_token", "`xoxb-…`, under OAuth & Permissions"),
        appToken: secret(
          agent,
          "slack_app_token",
          "`xapp-…` with connections:write, under Basic Information",
        ),
        allowedUsers: ["U01AAAAAAAA"],
      },
    },
    model: { provider: "openai-codex", name: "gpt-5.5" },
    memoryMiB: 4096,
    target: HermesTarget.caprover({
      address: {
        to: "dashboard",
        domains: ["hermes.example.com"],
        basicAuth: {
          username: "admin",
          password: secret(agent, "nginx_password", "asked by nginx before the dashboard's own login"),
        },
      },
      apps: { apiServer: { name: "hermes-api" } },
    }),
    acknowledge: {
      "caprover-host-path": "made on the node, and owned by uid 10000, before the first deploy",
    },
  });
}

/** Set by TF_VAR_<name> in the shell that deploys. It is ephemeral, so that no saved plan contains it. */
function secret(stack: TerraformStack, name: string, description: string): string {
  const variable = new TerraformVariable(stack, name, { type: "string", sensitive: true, description });
  variable.addOverride("ephemeral", true);
  return variable.stringValue;
}
