remote "north" {
  address = "127.0.0.1:9601"
}
remote "north" {
  address = "127.0.0.1:9602"
}
remote "south" {
  address = "127.0.0.1:9603"
}
route "sites" {
  between = [remote.north, remote.south]
}
route "sites" {
  between = [remote.north, remote.south]
}
