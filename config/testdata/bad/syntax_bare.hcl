remote "b" {
  stat_every = 2d # an old one: hunter2
}
remote "c" {
  address = 192.0.2.8
}
