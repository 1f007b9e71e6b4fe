data "caprover_system" "this" {}

output "nodes" {
  value = { for node in data.caprover_system.this.nodes : node.hostname => node.id }
}
