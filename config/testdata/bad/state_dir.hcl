bridge {
  state_dir = ""
}
remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "disk" {
  between = [remote.north, remote.south]
  queue {
    storage = "disk"
  }
}
