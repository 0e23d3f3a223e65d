remotes "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  adress = "127.0.0.1:9602"
  backof {
    initial = "1s"
  }
  backoff = "1s"
}
logs {}
level = "info"
