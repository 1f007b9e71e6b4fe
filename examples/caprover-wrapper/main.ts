import { App, TerraformStack, TerraformVariable } from "cdktf";
import {
  CapRoverProvider,
  CapRoverRegistry,
  DashboardAuth,
  HermesApp,
  HermesImage,
  HermesTarget,
  PersistentDataVolume,
} from "cdktf-hermes";

const app = new App();

// The shell that deploys sets CAPROVER_URL and CAPROVER_PASSWORD of the CapRover server.
const registry = new TerraformStack(app, "registry");
new CapRoverProvider(registry, "caprover");
new CapRoverRegistry(registry, "ghcr", {
  domain: "ghcr.io",
  imagePrefix: "acme",
  username: "acme-deploy",
  passwordWo: secret(registry, "ghcr_token", "may read packages"),
});

const agent = new TerraformStack(app, "agent");
agent.addDependency(registry);
new CapRoverProvider(agent, "caprover");
new HermesApp(agent, "hermes", {
  // A wrapper with Codex CLI that CI built with `HermesImage.wrapper(…).writeContext(…)`.
  image: HermesImage.registry(agent, "image", {
    repository: "ghcr.io/acme/hermes-agent",
    tag: "sha-6f1d2c9",
    release: "v2026.7.30",
  }),
  data: new PersistentDataVolume(agent, "data", { hostPath: "/captain/data/hermes/data" }),
  dashboard: DashboardAuth.basic(agent, "dashboard", {
    username: "admin",
    passwordHash: secret(agent, "dashboard_password_hash", "printed by `npx cdktf-hermes hash-password`"),
    sessionSecret: secret(agent, "dashboard_session_secret", "printed by `npx cdktf-hermes session-secret`"),
    publicUrl: "https://hermes.example.com",
  }),
  apiServer: {
    key: secret(agent, "api_server_key", "bearer key, at least 16 characters"),
    corsOrigins: ["https://hermes.example.com"],
  },
  target: HermesTarget.caprover({
    address: {
      to: "dashboard",
      domains: ["hermes.example.com"],
      basicAuth: {
        username: "admin",
        password: secret(agent, "nginx_password", "asked before the dashboard's own login"),
      },
    },
    apps: { apiServer: { name: "hermes-api" } },
  }),
  memoryMiB: 4096,
  acknowledge: { "caprover-host-path": "made on the node, and owned by uid 10000, before the first deploy" },
});

app.synth();

/** Set by TF_VAR_<name> in the shell that deploys. It is ephemeral, so that no saved plan contains it. */
function secret(stack: TerraformStack, name: string, description: string): string {
  const variable = new TerraformVariable(stack, name, { type: "string", sensitive: true, description });
  variable.addOverride("ephemeral", true);
  return variable.stringValue;
}
