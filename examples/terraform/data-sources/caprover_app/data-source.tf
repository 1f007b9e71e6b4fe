data "caprover_app" "shop" {
  name = "shop"
}

output "shop_for_other_apps" {
  value = "http://${data.caprover_app.shop.internal_host}"
}
