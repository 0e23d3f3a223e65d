log {
  level = "info"
}
log {
  level = "warn"
}
remote "north" {
  address = "127.0.0.1:9601"
  address = "127.0.0.1:9602"
}
