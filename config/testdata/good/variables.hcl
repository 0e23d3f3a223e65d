variable "sites" {
  type = map(object({
    address = string
    window  = optional(number, 4)
  }))
  validation {
    condition     = length(var.sites) == 2
    error_message = "Two sites, please."
  }
}
variable "password" {
  type      = string
  sensitive = true
}
variable "level" {
  default     = "debug"
  description = "level of the log"
}
variable "meters" {
  type = list(string)
}
locals {
  name   = lower(local.prefix)
  prefix = format("%s-HUB", upper(local.table[0].site))
}
locals {
  table  = csvdecode("site,node\nroof,7\ncellar,8\n")
  limits = yamldecode("events: 500")
  json   = jsondecode("{\"age\": \"1h\"}")
}
bridge {
  name = local.name
}
log {
  level = var.level
}
remote "roof" {
  address  = var.sites.roof.address
  window   = var.sites["roof"].window
  user     = join("-", [local.table[0].site, tostring(max(3, 7))])
  password = var.password
  origins  = [for m in var.meters : "${m}:*"]
}
remote "cellar" {
  address = var.sites.cellar.address
  window  = var.sites.cellar.window
}
route "both" {
  between = [remote.roof, remote.cellar]
  queue {
    max_events = local.limits.events
    max_age    = local.json.age
  }
}
