remote "north" {
  address = "127.0.0.1:9601"
  schedule {
    every = "5m"
}
remote "south" {
  address  = "127.0.0.1:9602"
  password = "hunter2"
}
