locals {
  a     = local.b
  b     = "${local.c}-x"
  c     = upper(local.a)
  self  = [local.self]
  fine  = "info"
  uses  = local.a
  wrong = local.fien
  all   = local
}
locals {
  fine   = 2
  secret = env("SECRET")
  number = parseint(local.secret, 10)
  broken = upper()
}
log {
  level  = local.fine
  format = local.a
}
remote "north" {
  address  = local.uses
  password = local.broken
  user     = local.nosuch
  site     = [for x in [local.secret] : x]
}
locals {
  ratio = 1 / 0
}
