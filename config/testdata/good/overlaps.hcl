# Two ways to one small device, at the same times.
remote "meter" {
  address = "192.0.2.7"
  schedule {
    every = "5m"
    mode  = "visit"
  }
}
remote "meter-display" {
  address = "192.0.2.7:9598"
  schedule {
    every = "15m"
    mode  = "visit"
  }
}
remote "clock" {
  address = "192.0.2.8"
  schedule {
    cron   = "*/15 * * * *"
    mode   = "visit"
    linger = "90s"
  }
}
remote "clock-on-time" {
  address = "192.0.2.8"
  schedule {
    cron = "30 6 * * mon"
    mode = "visit"
  }
}
remote "clock-lingers" {
  addresses = ["192.0.2.9", "192.0.2.8"]
  schedule {
    cron = "16 * * * *"
    mode = "visit"
  }
}
# These do not meet, or are at a daemon with room for many.
remote "clock-later" {
  address = "192.0.2.8"
  schedule {
    cron = "50 6 * * mon"
    mode = "visit"
  }
}
remote "clock-random" {
  address = "192.0.2.8"
  schedule {
    cron   = "30 6 * * mon"
    jitter = "10m"
    mode   = "visit"
  }
}
remote "clock-daemon" {
  address = "192.0.2.8"
  profile = "vscpd"
  schedule {
    cron = "30 6 * * mon"
    mode = "visit"
  }
}
remote "clock-held" {
  address = "192.0.2.8"
  schedule {
    every = "30m"
  }
}
# Rhythms that are too fast for what they do.
remote "slip" {
  address = "192.0.2.10"
  schedule {
    every = "5ms"
  }
}
remote "slip-visit" {
  address = "192.0.2.11"
  schedule {
    every = "50ms"
    mode  = "visit"
  }
}
remote "long-stay" {
  address = "192.0.2.12"
  schedule {
    every  = "30s"
    linger = "25s"
    jitter = "5s"
    mode   = "visit"
  }
}
remote "long-stay-by-clock" {
  address = "192.0.2.13"
  schedule {
    cron   = "0,5 6 * * mon"
    linger = "5m"
    mode   = "visit"
  }
}
remote "short-stay-by-clock" {
  address = "192.0.2.14"
  schedule {
    cron   = "0,5 6 * * mon"
    linger = "4m"
    mode   = "visit"
  }
}
remote "patient" {
  address = "192.0.2.16"
  timeouts {
    dial  = "10s"
    reply = "9s"
  }
  schedule {
    every = "10s"
    mode  = "visit"
  }
}
# Room for five.
remote "can-1" {
  address = "192.0.2.15:8598"
  profile = "uvscpd"
}
remote "can-2" {
  address          = "192.0.2.15:8598"
  profile          = "uvscpd"
  send_connections = 3
}
remote "can-3" {
  address = "192.0.2.15:8598"
  profile = "uvscpd"
}
route "all" {
  from = [
    remote.meter-display, remote.clock, remote.clock-on-time, remote.clock-lingers, remote.clock-later, remote.clock-random,
    remote.clock-daemon, remote.clock-held, remote.slip, remote.slip-visit, remote.long-stay, remote.long-stay-by-clock,
    remote.short-stay-by-clock, remote.patient, remote.can-1, remote.can-3,
  ]
  to = [remote.meter, remote.can-2]
}
