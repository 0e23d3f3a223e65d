remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "sites" {
  between = [remote.nroth, remote.south]
}
route "more" {
  from = [remote.north]
  to   = [remote.basement, "south", env, remote]
}
