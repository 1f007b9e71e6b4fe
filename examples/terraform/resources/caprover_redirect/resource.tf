# Visitors of the app's other addresses are sent to this one.
resource "caprover_redirect" "agent" {
  app        = caprover_app.agent.id
  domain     = caprover_custom_domain.agent.host
  depends_on = [caprover_force_ssl.agent]
}
