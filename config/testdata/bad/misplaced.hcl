token_file = "x"
remote "north" {
  address    = "127.0.0.1:9601"
  max_events = 100
  level      = "info"
  from       = 5
  class      = 10
  dial       = "5s"
  storm_limit = 5
  origins    = "FF"
}
admin {
  state_dir = "/var/lib/x"
  listen    = "127.0.0.1:99999"
}
