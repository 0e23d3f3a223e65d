admin {
  socket = "/var/lib/a-very-long-name/a-very-long-name/a-very-long-name/a-very-long-name/a-very-long-name/a-very-long-name/admin.sock"
}
