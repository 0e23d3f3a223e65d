variable "port" {
  type    = number
  default = "many"
}
variable "size" {
  type = strng
}
variable "site" {
  type        = string
  description = "name of the site"
}
variable "site" {}
variable "3d" {}
variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2"
  validation {
    condition     = length(split("", var.secret)) > 20
    error_message = "A secret needs 20 letters."
  }
  validation {
    condition     = var.secret == "x"
    error_message = "Not ${var.secret}."
  }
  validation {
    condition = tonumber(substr(var.secret, 0, 6)) > 2
    error_message = "No number."
  }
  validation {
    error_message = "No condition."
  }
}
variable "level" {
  default = "loud"
  validation {
    condition     = contains(["info", "debug"], var.level)
    error_message = "${upper(var.level)} is not a level."
  }
  validation {
    condition     = 7
    error_message = "Seven."
  }
}
variable "empty" {
  default = null
}
variable "loop" {
  default   = var.level
  sensitive = "perhaps"
  defualt   = "hunter2"
}
variable "words" {
  type = list(string)
}
variable "shapes" {
  type    = object({ a = int, b = list(strin), c = map, d = optional(number, "x"), e = string(5) })
  default = null
}
variable "ports" {
  type    = map(object({ port = number }))
  default = { north = { port = 9598 }, south = { port = "many" } }
}
variable "house" {
  type    = object({ address = string, port = optional(number, 9598) })
  default = { adress = "house" }
}
variable "roof" {
  type    = list(object({ address = string, port = optional(number, 9598) }))
  default = [{ address = "roof", prot = 9601 }]
}
variable "hidden" {
  type      = object({ port = number })
  sensitive = true
  default   = { port = "hunter2", hunter2 = 1 }
}
variable "pair" {
  type    = tuple([string, number])
  default = ["hunter2"]
}
variable "silent" {
  default = 0
  validation {
    condition     = var.silent > 0
    error_message = ""
  }
}
remote "north" {
  address = "127.0.0.1:${var.prot}"
  user    = var.level
  site    = local.any
  window  = var.secret
  profile = var.secret
  origins = [jsondecode(var.secret), var["secert"], vars.level, var]
}
log {
  level = var.level
}
