terraform {
  required_providers {
    caprover = { source = "terraform.local/cdktf-hermes/caprover" }
  }
}

# The address and the password may also stand in CAPROVER_URL and CAPROVER_PASSWORD.
provider "caprover" {}

variable "api_key" {
  type      = string
  ephemeral = true
}

variable "dashboard_password" {
  type      = string
  ephemeral = true
}

resource "caprover_project" "agents" {
  name = "agents"
}

resource "caprover_app" "agent" {
  name       = "agent"
  project_id = caprover_project.agents.id

  # Data in a volume: at most one container, and never two on the same data.
  persistent         = true
  volumes            = [{ container_path = "/opt/data", name = "agent-data" }]
  stop_grace_seconds = 55

  image     = "registry.test/agent:v1"
  http_port = 80

  environment           = { MODE = "gateway" }
  secret_environment_wo = { API_KEY = var.api_key }
  basic_auth            = { user = "greg", password_wo = var.dashboard_password }

  tmpfs  = [{ container_path = "/dev/shm", size_mib = 1024 }]
  limits = { memory_mib = 2048 }

  # An apply is complete when the agent says that it runs.
  ready = { log_line = "AGENT READY", timeout_seconds = 120 }

  deletion_protection = true
}

output "url" {
  value = caprover_app.agent.url
}
