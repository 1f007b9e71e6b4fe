import {
  to = caprover_force_ssl.agent
  id = "agent"
}
