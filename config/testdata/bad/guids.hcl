remote "north" {
  address = "127.0.0.1:9601"
  origins = [
    "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*",
    "FF:FF:FF:FF:FG:FF:FF:FE:00:01:*",
    "FF:FF:FF:FF:FF:FF:FF:FE:00:01",
    "FF:*:FF",
    "",
    42,
  ]
}
remote "south" {
  address = "127.0.0.1:9602"
  origins = "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"
}
route "a" {
  between = [remote.north, remote.south]
  match {
    guid = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:01:07"]
  }
}
