bridge {
  name          = "every-attribute"
  flush_timeout = "2s"
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
  connections = 2
  receive     = "retr"
  profile     = "uvscpd"
  window      = 8
  time        = "date"
  filter      = "0,10,6,FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:00:00"
  mask        = "0,0xFFFF,0xFF,-"
  backoff {
    initial    = "1s"
    max        = "2m"
    multiplier = 2
    jitter     = 0.25
    stable     = "30s"
  }
  timeouts {
    dial       = "1s"
    tls        = "1500ms"
    greeting   = "2s"
    reply      = "4s"
    dead_after = "7s"
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
    max_fetch = 16
    linger    = "250ms"
  }
}
remote "b2" {
  address     = "[2001:db8::7]"
  connections = "auto"
  receive     = "none"
}
remote "c" {
  address     = "192.0.2.7"
  connections = "1"
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
    overflow   = "block"
  }
}
route "computed" {
  between = [for name in ["a", "c"] : remote[name]]
  queue {
    max_bytes = "64 KB"
    overflow  = "drop_newest"
  }
}
