bridge {
  flush_timeout = 4
}
remote "north" {
  address    = "127.0.0.1:9601"
  stat_every = "1 hour 30 minutes"
  timeouts {
    dial       = "10"
    greeting   = "0s"
    reply      = "-5s"
    tls        = "1 minute"
    dead_after = true
  }
  schedule {
    every  = "5s"
    jitter = "-1s"
  }
}
