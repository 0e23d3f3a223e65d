# What is null is as if it were not written: it leaves the default, or what defaults blocks say.
variable "zone" {
  type    = string
  default = null
}
variable "window" {
  type    = number
  default = null
}
locals {
  devices = csvdecode("name,mode,every,cron,user\nroof,hold,5s,,\ncellar,visit,,0 6 * * *,admin\n")
}
defaults "remote" {
  password = null
  timeouts {
    dial = "3s"
  }
}
dynamic "remote" {
  for_each = local.devices
  iterator = device
  labels   = [device.value.name]
  content {
    address  = "${device.value.name}.example"
    user     = device.value.user == "" ? null : device.value.user
    password = device.value.user != "" ? env("NORTH_PASSWORD") : null
    window   = var.window
    timeouts {
      dial = device.key == 0 ? "1s" : null
    }
    schedule {
      mode      = device.value.mode
      every     = device.value.every != "" ? device.value.every : null
      cron      = (device.value.cron != "" ? device.value.cron : null)
      time_zone = var.zone
    }
  }
}
remote "south" {
  address = "south.example"
}
route "readings" {
  from    = null
  between = [remote.south, remote.roof]
  queue {
    storage = null
  }
}
