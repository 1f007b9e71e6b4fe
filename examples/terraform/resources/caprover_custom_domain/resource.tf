resource "caprover_custom_domain" "agent" {
  app    = caprover_app.agent.id
  domain = "agent.example.com"
}
