bridge {
  name = "second"
}
loop {}
admin {}
variable "v" {
  default = "2"
}
locals {
  k = local.l
  l = 2
}
remote "north" {
  address = "north"
}
remote "south" {
  address = "the south"
}
route "r" {
  between = [remote.north, remote.suoth]
}
test "t" {}
