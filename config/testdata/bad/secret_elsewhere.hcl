log {
  level = env("SECRET")
}
remote "north" {
  address     = "tcp://${env("SECRET")}"
  origins     = ["FF:${env("SECRET")}"]
  connections = env("SECRET")
  filter      = env("SECRET")
  mask        = file("good.secret")
  schedule {
    every = env("SECRET")
  }
}
route "a" {
  between = [env("SECRET")]
}
