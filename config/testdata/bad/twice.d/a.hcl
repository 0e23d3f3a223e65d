bridge {
  name = "first"
}
log {}
variable "v" {
  default = "1"
}
locals {
  l = local.k
}
remote "north" {
  address  = "north"
  password = "hunter2"
}
route "r" {
  between = [remote.north, remote.south]
}
test "t" {}
