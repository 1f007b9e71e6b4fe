import {
  to = caprover_custom_domain.agent
  id = "agent/agent.example.com"
}
