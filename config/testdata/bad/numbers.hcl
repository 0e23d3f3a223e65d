remote "north" {
  address = "127.0.0.1:9601"
  window  = 0
  backoff {
    multiplier = 0.5
    jitter     = 1.5
  }
  schedule {
    every     = "5s"
    max_fetch = -1
  }
}
remote "south" {
  address = "127.0.0.1:9602"
  window  = 1.5
  backoff {
    multiplier = "fast"
  }
}
route "a" {
  between = [remote.north, remote.south]
  queue {
    max_events = 0
  }
}
route "b" {
  between = [remote.north, remote.south]
  queue {
    max_events = 1e400
  }
}
