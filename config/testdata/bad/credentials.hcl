remote "north" {
  address  = "127.0.0.1"
  user     = credential("../other")
  password = credential("missing")
}
remote "south" {
  address  = "127.0.0.2"
  user     = credential("")
  password = credential("south/password")
}
remote "west" {
  address  = "127.0.0.3"
  user     = credential("folder")
  password = credental("hunter2")
  window   = credential("west")
}
