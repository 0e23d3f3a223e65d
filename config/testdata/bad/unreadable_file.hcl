remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = file("no_such.secret")
}
remote "south" {
  address  = "127.0.0.1:9602"
  user     = "admin"
  password = file("latin1.secret")
}
remote "west" {
  address  = "127.0.0.1:9603"
  user     = file("decomposed.secret")
}
