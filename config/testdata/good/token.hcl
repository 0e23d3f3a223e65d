admin {
  listen       = "192.0.2.7:9599"
  token_file   = "admin.token"
  socket       = "run/bridge.sock"
  socket_group = "vscp"
}
remote "a" { address = "127.0.0.1:1" }
remote "b" { address = "127.0.0.1:2" }
route "r" { between = [remote.a, remote.b] }

