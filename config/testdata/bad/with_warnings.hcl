remote "north" {
  address  = "north.example:9601"
  user     = "admin"
  password = "hunter2"
  window   = "many"
}
