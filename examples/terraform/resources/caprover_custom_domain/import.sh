terraform import caprover_custom_domain.agent agent/agent.example.com
