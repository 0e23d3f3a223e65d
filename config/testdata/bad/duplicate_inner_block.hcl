remote "north" {
  address = "127.0.0.1:9601"
  backoff {
    max = "1d"
  }
  backoff {
    max = "2d"
  }
}
defaults "remote" {
  timeouts {
    dial = 1
  }
  timeouts {}
}
dynamic "remote" {
  for_each = ["south"]
  labels   = [remote.value]
  content {
    address = "127.0.0.1:9602"
    tls {
      min_version = "1.1"
    }
    tls {}
  }
}
route "sites" {
  between = [remote.north, remote.south]
  queue {
    max_events = 0
  }
  match {}
  match {}
  queue {}
}
