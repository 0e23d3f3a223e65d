remote "north" {
  address = "tcp://admin:hunter2@127.0.0.1:9601"
}
