bridge {
  name = "hub"
}
log {
  level  = "info"
  format = "text"          # or "json"
}
admin {
  listen = "127.0.0.1:9599"
}
remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = env("NORTH_PASSWORD")
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}
remote "south" {
  address  = "127.0.0.1:9602"
  user     = "admin"
  password = file("south.secret")      # relative to this file; the trailing newline is cut
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
  backoff {
    initial = "500ms"
    max     = "30s"
  }
}
remote "boiler" {
  address  = "127.0.0.1:9603"
  user     = "admin"
  password = "secret"
  schedule {
    every  = "5s"
    jitter = "500ms"
    mode   = "hold"
  }
}
route "sites" {
  between = [remote.north, remote.south]
  queue {
    max_events = 10000
    max_bytes  = "16MiB"
    overflow   = "drop_oldest"
  }
}
route "boiler-readings" {
  from = [remote.boiler]
  to   = [remote.north, remote.south]
  match {
    class = [10]
    type  = [6]
  }
}
