terraform import caprover_redirect.agent agent
