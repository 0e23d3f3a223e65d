remote "north" {
  address    = "127.0.0.1:9601"
  stat_every = "-1s"
  timeouts {
    resolve     = "0s"
    dead_after  = "automatic"
    stall_after = "0s"
  }
}
remote "south" {
  address    = "127.0.0.1:9602"
  stat_every = 60
  timeouts {
    dead_after  = "0s"
    stall_afer  = "30s"
  }
}
