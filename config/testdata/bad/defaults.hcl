defaults "remote" {
  address     = "127.0.0.1"
  origins     = ["*"]
  site        = "all"
  usr         = "x"
  window      = 5000
  filter      = "0,0,0,-"
  connections = 2
  password    = "hunter2"
  backoff {
    initial = "2m"
  }
  schedule {
    mode   = "visits"
    jitter = "1m"
    evry   = "1s"
  }
  timeouts {
    tls = "5s"
    dial = 5
  }
}
defaults "queue" {
  storage = "disk"
  max_age = "0s"
}
defaults "remote" {
}
defaults "remotes" {
}
defaults {
}
remote "a" {
  address = "127.0.0.1:1"
  user    = "a"
  window  = 1
}
remote "b" {
  address = "127.0.0.1:2"
  mask    = "0,0,0,-"
  backoff {
    max = "3m"
  }
  schedule {
    every = "10s"
    mode  = "hold"
  }
}
dynamic "remote" {
  for_each = ["c", "d"]
  labels   = [remote.value]
  content {
    address = "127.0.0.1:1${remote.key}"
  }
}
route "r" {
  between = [remote.a, remote.b]
}
route "s" {
  between = [remote.a, remote.c]
  queue {
    storage = "memory"
  }
}
