/** Of each command a line that a person may type, for its help. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  init: "npx cdktf-hermes init my-agents",
  describe: "npx cdktf-hermes describe --fail-on-warnings",
  doctor: "npx cdktf-hermes doctor",
  plan: "npx cdktf-hermes plan --fail-on destroy,data-move,downgrade",
  next: "npx cdktf-hermes next hermes",
  verify: "npx cdktf-hermes verify hermes",
  "explain-log": "docker logs hermes 2>&1 | npx cdktf-hermes explain-log",
  workflow: "npx cdktf-hermes workflow --check",
  "deploy-image": "npx cdktf-hermes deploy-image hermes --tag sha-0123abc",
  "deploy-token": "npx cdktf-hermes deploy-token hermes | gh secret set CAPROVER_HERMES_APP_TOKEN",
  "hash-password": "export TF_VAR_dashboard_password_hash=$(npx cdktf-hermes hash-password)",
  "session-secret": "export TF_VAR_dashboard_session_secret=$(npx cdktf-hermes session-secret)",
  rules: "npx cdktf-hermes rules --json",
  "install-provider": "npx cdktf-hermes install-provider infra",
  "caprover-sandbox": "npx cdktf-hermes caprover-sandbox --speed 20",
};
