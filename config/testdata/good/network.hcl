admin {
  listen = "0.0.0.0:9599"
}
remote "a" { address = "127.0.0.1:1" }
remote "b" { address = "127.0.0.1:2" }
route "r" { between = [remote.a, remote.b] }

