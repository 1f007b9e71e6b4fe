terraform {
  required_version = ">= 1.11"
  required_providers {
    caprover = { source = "terraform.local/cdktf-hermes/caprover" }
  }
}

# Without these, the environment variables CAPROVER_URL and CAPROVER_PASSWORD count.
provider "caprover" {
  url      = var.caprover_url
  password = var.caprover_password
}

variable "caprover_url" {
  type = string
}

variable "caprover_password" {
  type      = string
  ephemeral = true
}
