import {
  to = caprover_app.agent
  id = "agent?secret=API_KEY"
}
