terraform import caprover_force_ssl.agent agent
