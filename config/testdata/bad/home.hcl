bridge {
  state_dir = "~/bridge"
}
admin {
  socket = "~/bridge.sock"
}
remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = file("~/north.password")
}
