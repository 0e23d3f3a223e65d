remote "north" {
  address = "127.0.0.1:9601"
  user    = "admin"
  pasword = "hunter2"
}
remote "south" {
  address    = "127.0.0.1:9602"
  passphrase = "hunter2"  # was: hunter2
  password "hunter2" {
  }
}
