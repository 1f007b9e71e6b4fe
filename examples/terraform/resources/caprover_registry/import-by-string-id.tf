import {
  to = caprover_registry.ghcr
  id = "ghcr.io"
}
