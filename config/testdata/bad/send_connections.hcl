remote "north" {
  address          = "127.0.0.1:9601"
  connections      = 1
  send_connections = 2
}
remote "south" {
  address          = "127.0.0.1:9602"
  send_connections = 65
}
remote "east" {
  address          = "127.0.0.1:9603"
  send_connections = 4
  schedule {
    every = "5s"
  }
}
remote "west" {
  address     = "127.0.0.1:9604"
  connections = 2
  schedule {
    every = "5s"
  }
}
