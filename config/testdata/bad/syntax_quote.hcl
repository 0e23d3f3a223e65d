bridge {
  name = "campus
}
remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = "hunter2"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}
route "a" {
  between = [remote.north, remote.south]
}
