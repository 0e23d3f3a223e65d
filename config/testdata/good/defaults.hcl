variable "password" {
  default = "secret"
}
# Blocks are completed too, attribute by attribute.
defaults "remote" {
  user       = "bridge"
  password   = var.password
  stat_every = "5m"
  connections = 2
  timeouts {
    dial  = "3s"
    reply = "4s"
  }
  backoff {
    max = "20s"
  }
}
defaults "queue" {
  max_events = 500
  max_age    = "1h"
}
remote "north" {
  address = "127.0.0.1:9601"
  timeouts {
    reply = "9s"
  }
}
remote "south" {
  address    = "127.0.0.1:9602"
  user       = "admin"
  stat_every = "0s"
}
route "sites" {
  between = [remote.north, remote.south]
}
dynamic "route" {
  for_each = ["a"]
  labels   = [route.value]
  content {
    from = [remote.north]
    to   = [remote.south]
    queue {
      max_events = 7
    }
  }
}
