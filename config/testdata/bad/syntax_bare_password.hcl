remote "a" {
  password = hunter2:x
}
