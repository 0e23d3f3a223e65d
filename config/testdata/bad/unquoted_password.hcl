remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = hunter2
}
remote "south" {
  address  = "127.0.0.1:9602"
  user     = "admin"
  password = ["hunter2"]
}
remote "west" {
  address  = "127.0.0.1:9603"
  user     = "admin"
  password = hunter2("x")
}
