remotes "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "sites" {
  between = [remote.north, remote.south]
}
