bridge {
  name = "campus"
  flush_timeout = "3 s"
}
admin {
  listen = "localhost"
}
remote "north" {
  address  = "http://north.example"
  user     = "admin"
  username = "x"
  password = env("NORTH_PASSWRD")
  origins = "FF:FF:FF:FF:FF:FF:FF:FE:00:01"
  backoff {
    initial = "1min"
    maximum = "1h"
  }
  timeout {
    dial = "1s"
  }
}
remote "South" {
  address  = "south.example:port"
  host = "x"
  user     = "admin"
  password = env("SOUTH_PASSWORD")
  origins  = ["FF-FF-FF-FF-FF-FF-FF-FE-00-02-*"]
  tls {
    ca_file = "/no/such/ca.crt"
    verify = false
    min_version = "TLS1.2"
  }
}
remote "weather" {
  address = "2001:db8::20"
  schedule {
    every = "5 minutes"
    mode = "poll"
    jitter = 20
  }
}
remote "clock" {
  address = "192.0.2.300"
  schedule {
    cron = "0/15 * * * ?"
    every = "5m"
    time_zone = "CEST"
  }
}
route "a" {
  from = "north"
  to = remote.south
  between = [remote.north]
  queue {
    max_events = "10k"
    max_bytes = "32 MB"
    max_age = "1d"
    overflow = "drop-oldest"
    storage = "file"
  }
}
route "b" {
  from = north
  to = [remote["weather"], remote.South.address]
  match {
    class = "MEASUREMENT"
    type = "TEMPRATURE"
    guid = "FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:01"
    priority = "high"
  }
  limit {
    rate = "30/min"
    deadband = 0.2
  }
  rewrite {
    priority = "5-6"
    time = "now"
  }
  filter {
    class = 10
  }
}
route "a" {
  between = [remote.weather, remote.weather]
}
test "x" {
  given {
    from = remote.weather
    event = "96,10,6"
  }
  expect {
    to = remote.nort
  }
}
log {
  level  = info
  format = "JSON"
  file   = "bridge.log"
}
log {
  level = "debug"
}
level = "info"
queue {
  max_events = 5
}
remote "boiler" {
  address  = "192.0.2.7"
  address  = "192.0.2.8"
  port     = 9598
  passwd   = "hunter2"
  every    = "5m"
  tls {
    insecure = true
    ca       = "ca.crt"
  }
}
remote {
  address = "192.0.2.9"
}
remotes "attic" {
  address = "192.0.2.9"
}
