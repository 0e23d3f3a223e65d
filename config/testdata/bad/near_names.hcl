remote "north" {
  address  = "127.0.0.1:9601"
  user     = file("god.secret")
  password = evn("NORTH_PASSWORD")
}
remote "south" {
  address  = "127.0.0.1:9602"
  user     = fiel("good.secret")
  password = env("NORTH_PASWORD")
}
remote "west" {
  address  = "127.0.0.1:9603"
  user     = evn("SECRET")
  password = credental("house")
}
remote "east" {
  address  = "127.0.0.1:9604"
  user     = file(env("SECRET"))
  password = file("secrets/no-such-file")
  tls {
    ca_file = "nroth.crt"
  }
}
remote "attic" {
  address  = "127.0.0.1:9605"
  user     = credential("wset")
  password = credential("cellar")
}
remote "loft" {
  address = "127.0.0.1:9606"
  user    = credential(file("good.secret"))
}
