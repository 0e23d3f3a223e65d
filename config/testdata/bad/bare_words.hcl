locals {
  token = hunter2
  long  = "x${hunter2.y}"
  every = 5
}
variable "site" {
  default = "roof"
}
remote "north" {
  address = north.example
  site    = site
  user    = NORTH_USER
}
remote "south" {
  address    = "south.example"
  user       = "${env.LOGNAME}"
  password   = env.SOUTH_PASSWORD
  origins    = [loft.x]
  stat_every = locals.every
}
remote "west" {
  address = vra.address
  site    = variable.site
  user    = remotes.north
}
log {
  level = debug
}
route "a" {
  from = noth
  to   = [south, remotes.north]
}
