dynamic "remote" {
  for_each = ["a", "b"]
  labels = [each.value]
  content {
    address = each.value
    site = remote.valu
  }
}
dynamic "route" {
  for_each = ["a"]
  labels = [route.value]
  content {
    from = remote.a
    to = each.value
  }
}
dynamic "remote" {
  for_each = ["c"]
  content {
    address = remote.value
  }
}
remote "south" {
  address = ["192.0.2.9"]
  user    = "ad" + "min"
  tls     = { ca_file = "north.crt" }
}
variable "kind" {
  type = "string"
}
dynamic "remote" {
  for_each = ["x"]
  labels   = ["x"]
  address  = "x"
  content {
    address = "127.0.0.1:9602"
  }
}
dynamic "remote" {
  for_each = ["y"]
  labels   = [remote.value]
  content {
    address  = "127.0.0.1:9601"
    username = "x"
    name     = "x"
    dynamic "backoff" {
      for_each = [1]
      content {
        maximum = "5s"
      }
    }
  }
}
tls {
}
