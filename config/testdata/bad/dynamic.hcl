locals {
  meters = csvdecode(file("meters.csv"))
  rows = [
    { name = "x", window = 0 },
    { name = "y", window = 2000 },
    { name = "z", window = 3 },
  ]
}
variable "secret" {
  sensitive = true
  default   = "hunter2"
}
remote "hub" {
  address = "127.0.0.1"
}
dynamic "remote" {
  for_each = local.meters
  labels   = [remote.value.name]
  content {
    address  = remote.value.address
    user     = "admin"
    password = remote.value.password
    window   = remote.value.window
    receive  = remote.value.receive
    site     = remote.value.nothing
    statevery = "1m"
  }
}
dynamic "remote" {
  for_each = local.rows
  iterator = row
  labels   = [row.value.name]
  content {
    address = "127.0.2.${row.key}"
    window  = row.value.window
    origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:${row.value.name}:*"]
    stat_every = 5
    backoff {
      max = row.valeu
    }
  }
}
dynamic "route" {
  for_each = local.meters
  labels   = ["from-${route.value.name}"]
  content {
    from = [remote[route.value.name]]
    to   = [remote[route.value.to], remote.hbu]
    dynamic "match" {
      for_each = ["CLASS1.CONTROL", "CLASS1.CONTORL"]
      content {
        class = match.value
      }
    }
  }
}
route "static" {
  between = [remote.hub, remote.x]
  dynamic "match" {
    for_each = [10, 70000, "0x"]
    content {
      class = match.value
    }
  }
  dynamic "queue" {
    for_each = [1, 2]
    content {
      max_events = queue.value
    }
  }
}
route "computed" {
  from = [for name in ["x", "nowhere"] : remote[name]]
  to   = [remote.hub]
}
dynamic "test" {
  for_each = { one = "hub", two = "nowhere" }
  labels   = [test.key]
  content {
    given {
      from  = remote[test.value]
      event = { class = 10, type = test.key, dta = [1] }
    }
    held = "no_match"
  }
}
