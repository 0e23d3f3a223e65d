remote "north" {
  address  = "127.0.0.1:9601"
  commands = <<EOT
    NOOP
}
remote "south" {
  password = "hunter2"
}
