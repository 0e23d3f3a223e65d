remote "north" {
  address  = "127.0.0.1:9601"
  user     = env("NO_SUCH_VARIABLE")
  password = env("NORTH_PASWORD")
}
