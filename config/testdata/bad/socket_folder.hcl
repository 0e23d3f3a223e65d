admin {
  socket = "/run/tcpiplink-bridge/"
}
