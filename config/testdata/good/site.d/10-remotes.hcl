remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = file("north.secret")
}
remote "south" {
  address = local.south
}
