admin {
  listen = "9599"
}
remote "scheme" {
  address = "tcp://127.0.0.1:9601"
}
remote "port" {
  address = "127.0.0.1:99999"
}
remote "zero" {
  address = "127.0.0.1:0"
}
remote "brackets" {
  address = "2001:db8::7"
}
remote "name" {
  address = "[house]:9598"
}
remote "host" {
  address = ":9598"
}
remote "blank" {
  address = "my house"
}
remote "number" {
  address = 5
}
remote "colons" {
  address = "house:9598:9599"
}
remote "empty" {
  address = ""
}
remote "list" {
  address = ["127.0.0.1"]
}
