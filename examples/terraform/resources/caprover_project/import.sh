terraform import caprover_project.agents agents
