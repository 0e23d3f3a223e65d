# What everybody may read is told once, with the remedy of the place that it comes from.
locals {
  title    = file("open.title") # no secret
  password = trimspace(file("open.secret"))
}
remote "north" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = local.password
}
remote "again" {
  address  = "127.0.0.1:9602"
  user     = "admin"
  password = "${local.password}-2"
}
remote "pod" {
  address  = "127.0.0.1:9603"
  user     = "admin"
  password = file("volume/open.secret")
}
remote "unreachable" {
  address  = "127.0.0.1:9604"
  user     = "admin"
  password = file("private/open.secret")
}
remote "group" {
  address  = "127.0.0.1:9605"
  user     = "admin"
  password = file("south.secret")
}
remote "blanks" {
  address  = "127.0.0.1:9606"
  user     = "admin"
  password = file("blanks.secret")
}
remote "empty" {
  address  = "127.0.0.1:9607"
  user     = "admin"
  password = env("EMPTY")
}
remote "none" {
  address  = "127.0.0.1:9608"
  user     = "admin"
  password = ""
}
remote "certificate" {
  address = "127.0.0.1:9609"
  tls {
    cert_file = "open.crt"
    key_file  = "open.key"
  }
}
remote "expired" {
  address = "127.0.0.1:9610"
  tls {
    ca_file   = "expired.crt"
    cert_file = "expired.crt"
    key_file  = "expired.key"
  }
}
remote "early" {
  address = "127.0.0.1:9611"
  tls {
    cert_file = "early.crt"
    key_file  = "early.key"
  }
}
route "all" {
  from = [
    remote.north, remote.again, remote.pod, remote.unreachable, remote.group, remote.blanks, remote.empty, remote.none,
    remote.certificate, remote.expired,
  ]
  to = [remote.early]
}
