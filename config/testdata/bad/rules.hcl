remote "north" {
  address = "127.0.0.1:9601"
  site    = "the north"
  strict  = "yes"
}
remote "south" {
  address = "127.0.0.1:9602"
  strict  = true
}
route "a" {
  between = [remote.north, remote.south]
  match {
    nickname = 256
    length   = ["0-513"]
    sensor   = -1
    zone     = "a"
    subzone  = 1.5
    filter   = "0,10,6,-"
  }
  match {
    mask = "0,65535"
  }
  match {
    priorty = 1
  }
  exclude {
  }
}
