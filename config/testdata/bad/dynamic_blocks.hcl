locals {
  a_remote = remote.hub
  wrong    = nosuch()
}
variable "names" {
  sensitive = true
  default   = ["hunter2"]
}
remote "hub" {
  address = "127.0.0.1"
  site    = remote.hub
}
dynamic "remot" {
  for_each = []
  labels   = []
  content {}
}
dynamic "variable" {
  for_each = ["x"]
  labels   = [variable.value]
  content {}
}
dynamic "remote" {
  for_each = "text"
  labels   = [remote.value]
  content {}
}
dynamic "remote" {
  for_each = null
  labels   = [remote.value]
  content {}
}
dynamic "remote" {
  for_each = local.wrong
  labels   = [remote.value]
  content {}
}
dynamic "remote" {
  for_each = local.nowhere
  labels   = [remote.value]
  content {}
}
dynamic "remote" {
  for_each = [1]
  labels   = [remote.value.name]
  content {}
}
dynamic "remote" {
  for_each = [1]
  labels   = [[], null]
  content {}
}
dynamic "remote" {
  for_each = [{}]
  labels   = [remote.value]
  content {}
}
dynamic "remote" {
  for_each = [null]
  labels   = [remote.value]
  content {}
}
dynamic "remote" {
  for_each = [1]
  labels   = "name"
  content {}
}
dynamic "remote" {
  for_each = ["one"]
  content {}
}
dynamic "remote" {
  for_each = ["one"]
  labels   = ["one"]
}
dynamic "remote" {
  labels = ["one"]
  content {}
  content {}
}
dynamic "remote" {
  for_each = ["one"]
  iterator = local
  labels   = [local.value]
  content {}
}
dynamic "bridge" {
  for_each = ["one"]
  labels   = ["one"]
  content {}
}
dynamic "log" {
  for_each = setproduct(range(400), range(400))
  content {}
}
route "sites" {
  between = [remote.hub, remote.one, remote["two"]]
  to      = values(remoet)
}
