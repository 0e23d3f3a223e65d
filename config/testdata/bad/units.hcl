remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  between = [remote.north, remote.south]
  match {
    unit = "°C"
  }
  match {
    class = "CLASS1.MEASUREMENT"
    type  = "TEMPERATURE"
    unit  = ["C", 256, "3-1", false]
  }
  match {
    class = 10
    type  = [6, 30]
    unit  = "°"
  }
  match {
    class = 10
    type  = [4, 32]
    unit  = "s"
  }
  match {
    class = 20
    type  = 3
    unit  = "V"
  }
  match {
    class = 10
    min   = 30
    max   = "20"
  }
  match {
    class = 10
    min   = "cold"
    max   = null
  }
}
