remote "north" {
  address  = "192.0.2.7"
  password = "hunter2${x"
}
