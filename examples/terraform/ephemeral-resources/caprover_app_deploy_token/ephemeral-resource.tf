resource "caprover_app" "website" {
  name                 = "website"
  deploy_token_enabled = true
}

ephemeral "caprover_app_deploy_token" "website" {
  app = caprover_app.website.id
}

# A CI that runs as an app of the same server gets the token in a write-only attribute.
resource "caprover_app" "ci" {
  name                  = "ci"
  image                 = "registry.example.com/ci:1"
  secret_environment_wo = { DEPLOY_TOKEN = ephemeral.caprover_app_deploy_token.website.token }
}
