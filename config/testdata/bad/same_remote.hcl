remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "itself" {
  from = [remote.north]
  to   = [remote.north]
}
route "twice" {
  between = [remote.north, remote.north]
}
route "alone" {
  between = [remote.north]
}
route "partly" {
  from = [remote.north, remote.south]
  to   = [remote.south]
}
