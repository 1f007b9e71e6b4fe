import {
  to = caprover_redirect.agent
  id = "agent"
}
