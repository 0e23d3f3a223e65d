remote "north" {
}
remote "south" {
  address  = "127.0.0.1"
  password = "secret"
  schedule {
    mode = "hold"
  }
}
route "a" {
}
route "b" {
  from = [remote.north]
}
route "c" {
  to = [remote.north]
}
