import {
  to = caprover_project.agents
  id = "agents"
}
