remote "north" {
  address       = "192.0.2.7, 192.0.2.8"
  strict        = yes
  password_file = "north.secret"
  tls {
    enabled = true
  }
}
admin {
  listen = 9599
}
variable "x" {
  default = north
}
route "r" {
  between = [remote.north, remote.north]
  match {
    class = "CLASS1.MEASUREMENT"
    type  = TEMPERATURE
  }
}
