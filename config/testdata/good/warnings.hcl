remote "a" {
  address = "127.0.0.1:9601"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:01:02:*"]
  receive = "none"
}
remote "b" {
  address  = "127.0.0.1:9601"
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}
remote "far" {
  address  = "far.example"
  user     = "admin"
  password = "secret"
  schedule {
    every = "1h"
    mode  = "visit"
  }
}
remote "tick" {
  address = "127.0.0.1:9604"
  schedule {
    every  = "10s"
    linger = "1s"
  }
}
route "ab" {
  between = [remote.a, remote.b]
}
