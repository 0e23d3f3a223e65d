remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  between = [remote.north, remote.south]
  match {
  }
  match {
    class    = [65536, -1, "1023-512", "a", 1.5, "1-2-3"]
    priority = [8, "0-8"]
    type     = [null]
  }
  match {
    class = 10
  }
}
