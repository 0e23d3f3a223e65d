remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = file("locked.secret")
}
remote "south" {
  address = "127.0.0.1:9602"
  tls {
    cert_file = "locked.crt"
    key_file  = "locked.key"
  }
}
