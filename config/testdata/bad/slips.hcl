variabel "site" {
  default = "roof"
}
variable "house" "of brick" {
  default = "house"
}
variable "cellar" {
  defualt = "cellar"
  validation {
    conditon      = var.cellar != ""
    error_message = "It must not be empty."
  }
}
local {
  every = "5s"
}
bridge {
  state_dri = "/var/lib/tcpiplink-bridge"
}
admin {
  socket_group = "vscp"
}
remote {
  address = "192.0.2.1"
}
remote "north" {
  address = var.site
  site    = var.house
  usr     = "admin"
  password = "hunter2"
  schedule {
    every  = local.every
    jitter = "10s"
  }
}
remote "south" {
  adress = "192.0.2.3"
  schedule {
    evry = "5s"
  }
}
remote "west" {
  address = "192.0.2.4"
  fliter  = "0,10,6,-"
  mask    = "0,65535,65535,-"
  strict  = true
  orgins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
  tls {
    cert_fle = "north.crt"
    key_file = "south.key"
  }
}
dynamic "remote" {
  for_eech = ["a"]
  labels   = [remote.value]
  content {
    address = "192.0.2.5"
  }
}
dynamic "remote" {
  for_each = ["b"]
  labels   = [remote.value]
  content {
    adress = "192.0.2.6"
  }
}
route "a" {
  betwen = [remote.north, remote.south]
  match {
    clas = 10
  }
  rewrite {
    guid {
      form = "FF:*"
      to   = "FE:*"
    }
    map {
      class   = 10
      to_clas = 20
    }
  }
  limit {
    rte   = 10
    burst = 3
  }
  queue {
    storage = "disk"
  }
}
route "b" {
  form = remote.north
  to   = remote.a
}
route "c" {
  rewrite {
    guid {
      from = "FF:*"
    }
  }
  form = remote.north
}
test "t" {
  givn {
    from = remote.north
  }
  given {
    form = remote.north
    evnt = "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07,138,9,113"
  }
  expct {
    to = remote.south
  }
}
