remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin\r\nSHUTDOWN"
  password = "sec\nret"
}
remote "south" {
  address  = "127.0.0.1:9602"
  user     = "admin\u0000"
  password = file("two_lines.secret")
}
