log {
  level  = "warning"
  format = "jason"
}
remote "north" {
  address     = "127.0.0.1:9601"
  receive     = "rcvlop"
  time        = "utc"
  profile     = "vscp"
  connections = 3
  schedule {
    every = "5s"
    mode  = "Hold"
  }
}
remote "south" {
  address     = "127.0.0.1:9602"
  connections = "two"
}
route "a" {
  between = [remote.north, remote.south]
  queue {
    overflow = "drop-oldest"
  }
}
route "b" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    overflow = "drop_low_priority"
  }
}
