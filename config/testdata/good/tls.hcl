remote "system" {
  address  = "north.example"
  user     = "admin"
  password = "secret"
  tls {}
}
remote "pinned" {
  address  = "192.0.2.7"
  user     = "admin"
  password = "secret"
  tls {
    server_name = "2001:db8::7"
    min_version = "1.2"
    pins        = ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]
  }
}
remote "clear" {
  address  = "south.example"
  user     = "admin"
  password = "secret"
  timeouts {
    tls = "20s"
  }
}
route "all" {
  between = [remote.system, remote.pinned, remote.clear]
}
