bridge {
  state_dir = "/var/lib/tcpiplink-bridge"
}
remote "north" {
  address = "127.0.0.1:9601"
}
remote "North" {
  address = "127.0.0.1:9602"
}
remote "south" {
  address = "127.0.0.1:9603"
}
route "up" {
  from = [remote.south]
  to   = [remote.north, remote.North]
  queue {
    storage = "disk"
  }
}
route "down" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    storage = "disk"
  }
}
route "Down" {
  from = [remote.North]
  to   = [remote.south]
  queue {
    storage = "disk"
  }
}
route "DOWN" {
  from = [remote.North]
  to   = [remote.south]
}
