variable "port" {
  type = number
}
variable "count" {
  type = number
}
variable "words" {
  type = list(string)
}
variable "from_env" {
  type = number
}
variable "shadowed" {}
variable "token" {
  sensitive = true
  validation {
    condition     = var.token != "hunter2"
    error_message = "This token is known."
  }
}
remote "north" {
  address = "127.0.0.1:${var.port}"
  window  = var.shadowed
}
