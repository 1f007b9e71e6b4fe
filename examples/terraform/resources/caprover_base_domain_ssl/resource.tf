resource "caprover_base_domain_ssl" "agent" {
  app = caprover_app.agent.id
}
