resource "caprover_project" "agents" {
  name        = "agents"
  description = "Agents of the company"
}
