variable "ghcr_token" {
  type      = string
  ephemeral = true
}

resource "caprover_registry" "ghcr" {
  domain       = "ghcr.io"
  image_prefix = "acme"
  username     = "acme-deploy"
  password_wo  = var.ghcr_token
}
