# CapRover forces https only when the app has a certificate.
resource "caprover_force_ssl" "agent" {
  app        = caprover_app.agent.id
  depends_on = [caprover_base_domain_ssl.agent, caprover_custom_domain.agent]
}
