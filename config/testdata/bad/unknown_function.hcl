remote "north" {
  address = envv("NORTH")
  user    = env()
  origins = file("a", "b")
}
