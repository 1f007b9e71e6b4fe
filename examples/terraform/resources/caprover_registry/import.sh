terraform import caprover_registry.ghcr ghcr.io
