bridge {
  guid = "-"
}
loop {
  roaming      = "FF:*:FF"
  storm_limit  = -1
  storm_window = "0s"
}
remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  from = [remote.north]
  to   = [remote.south]
  limit {
    burst = 10
  }
  probe {
    every    = "10ms"
    on_cycle = "block"
  }
  link_events {
    after = "999ms"
  }
}
route "b" {
  from = [remote.north]
  to   = [remote.south]
  limit {
    rate         = "10/d"
    burst        = 0
    min_interval = 5
    dead_band    = -1
    max_silence  = "long"
    dedupe       = "-1s"
  }
  probe {
    on_cycle = "stop"
  }
}
route "c" {
  from = [remote.north]
  to   = [remote.south]
  limit {
  }
}
route "d" {
  from = [remote.north]
  to   = [remote.south]
  limit {
    rate = 0
  }
}
