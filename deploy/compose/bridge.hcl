# The bridge of compose.yaml. Both remotes are simulated and share one sample password.

bridge {
  name = "compose"
}

# All interfaces of the container; compose.yaml publishes the port on loopback only.
admin {
  listen = "0.0.0.0:9599"
  socket = "/run/tcpiplink-bridge/admin.sock"
}

# Passwords are read at each login: one that is written into its file counts without a restart or a reload. A container keeps seeing the old
# file if another one is put in its place.
remote "north" {
  address  = "north:9598"
  user     = "admin"
  password = file("/run/secrets/link-password")
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}

remote "south" {
  address  = "south:9598"
  user     = "admin"
  password = file("/run/secrets/link-password")
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}

route "north-south" {
  between = [remote.north, remote.south]
}
