variable "api_key" {
  type      = string
  ephemeral = true
}

resource "caprover_app" "agent" {
  name       = "agent"
  project_id = caprover_project.agents.id

  # Data in a volume: at most one container, and never two on the same data.
  persistent = true
  volumes    = [{ container_path = "/data", name = "agent-data" }]

  image     = "ghcr.io/acme/agent:1.2.0"
  http_port = 8080

  environment           = { MODE = "production" }
  secret_environment_wo = { API_KEY = var.api_key }

  # An apply is complete when the app says that it runs.
  ready = { log_line = "listening on 8080" }

  depends_on = [caprover_registry.ghcr]
}
