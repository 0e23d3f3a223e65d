remote "north" {
  address = "127.0.0.1:9601"
  origins = []
}
route "a" {
  from = []
  to   = [for n in [] : remote.north]
  match {
    class = []
    type  = [for n in [] : n]
  }
}
