bridge {
  name          = "every-attribute"
  flush_timeout = "2s"
  state_dir     = "/var/lib/bridge"
  watch_config  = "10s"
}
log {
  level  = "trace"
  format = "json"
}
admin {}
remote "a" {
  address     = "a.example:9600"
  user        = "bridge"
  password    = "${env("NORTH_PASSWORD")}-a"
  origins     = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:00:00:00:00:00:07"]
  site        = "roof-1"
  connections = 1
  receive     = "retr"
  profile     = "uvscpd"
  window      = 8
  time        = "date"
  filter      = "0,10,6,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:00"
  mask        = "0,0xFFFF,0xFF,-"
  stat_every  = "0s"
  backoff {
    initial    = "1s"
    max        = "2m"
    multiplier = 2
    jitter     = 0.25
    stable     = "30s"
  }
  timeouts {
    resolve     = "3s"
    dial        = "1s"
    tls         = "1500ms"
    greeting    = "2s"
    reply       = "4s"
    dead_after  = "7s"
    stall_after = "20s"
  }
  tls {
    server_name = "b.example"
    min_version = "1.3"
    pins        = ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]
  }
  schedule {
    every     = "1m30s"
    jitter    = "10s"
    mode      = "visit"
    commands  = ["STAT", "SFLT 0,10,6,-"]
    max_fetch = 16
    linger    = "250ms"
  }
}
remote "b2" {
  addresses        = ["[2001:db8::7]", "b.example:9600"]
  connections      = "auto"
  send_connections = 8
  receive          = "none"
  timeouts {
    dead_after = "auto"
  }
}
remote "c" {
  address     = "192.0.2.7"
  connections = "2"
}
remote "d" {
  address = "d.example"
  schedule {
    cron      = "*/15  6-22 * * mon-fri"
    time_zone = "Europe/Vienna"
    jitter    = "1h"
    mode      = "lazy"
    threshold = 20
    max_wait  = "5m"
  }
}
remote "e" {
  address = "e.example"
  schedule {
    cron = "0 3 * * 7"
  }
}
remote "f" {
  address = "f.example"
  schedule {
    mode   = "lazy"
    linger = "1s"
  }
}
remote "g" {
  address = "g.example"
  schedule {
    mode     = "lazy"
    max_wait = "1h"
  }
}
route "one-way" {
  from = [remote.a, remote.c]
  to   = [remote["b2"]]
  match {
    class    = [10, "512-1023", "20"]
    type     = ["0-65535"]
    guid     = ["*"]
    priority = ["0-3", 7]
  }
  match {
    guid = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
  }
  queue {
    max_events = 5
    max_bytes  = 65536
    max_age    = "1h30m"
    overflow   = "block"
    on_ambiguous    = "resend"
    retry_max_age   = "90s"
  }
}
route "computed" {
  between = [for name in ["a", "c"] : remote[name]]
  queue {
    max_bytes = "64 KB"
    overflow  = "drop_newest"
  }
}
route "scheduled" {
  from = [remote.c]
  to   = [remote.d, remote.e, remote.f, remote.g]
}
route "alarms" {
  from = [remote.c]
  to   = [remote.b2]
  match {
    class = [1]
  }
  queue {
    max_age  = "168h"
    overflow = "drop_lowest_priority"
    storage  = "disk"
    fsync    = "always"
  }
}
route "display" {
  from = [remote.c]
  to   = [remote.b2]
  match {
    class = [10]
  }
  queue {
    max_age  = "90s"
    overflow = "latest_only"
  }
}
