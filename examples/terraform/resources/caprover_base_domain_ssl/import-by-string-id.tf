import {
  to = caprover_base_domain_ssl.agent
  id = "agent"
}
