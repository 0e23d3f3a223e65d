admin {
  socket       = "run/bridge.sock"
  socket_group = "two groups"
}
