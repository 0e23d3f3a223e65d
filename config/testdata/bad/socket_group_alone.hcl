admin {
  socket_group = "vscp"
}
