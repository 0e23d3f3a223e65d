remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
remote "east" {
  address = "127.0.0.1:9603"
}
route "one" {
  from = remote.north
  to   = remote["south"]
}
dynamic "route" {
  for_each = ["south", "north"]
  labels   = ["${route.value}-east"]
  content {
    from = remote[route.value]
    to   = [remote.east]
  }
}
