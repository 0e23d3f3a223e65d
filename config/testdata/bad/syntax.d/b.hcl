remote "south" {
  password = "hunter2
}
