remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  between = [remote.north, remote.south]
  match {
    class = ["CLASS1.MEASURMENT", "CLASS1.*x", "MEASUREMENT", true, env("SECRET")]
    type  = "TEMPERATURE"
  }
  match {
    type = ["TEMPERATURE", 6]
  }
  match {
    class = "CLASS1.MEASUREMENT"
    type  = ["TEMPERATUR", 70000, "9-6", "TURNON", env("SECRET")]
  }
  match {
    class = ["CLASS1.CONTROL", "CLASS1.INFORMATION"]
    type  = ["TURNON", "GENERAL"]
  }
  match {
    class = ["CLASS1.PROTOCOL", "CLASS2.INFORMATION"]
    type  = "SEGCTRL_HEARTBEAT"
  }
  match {
    class = "10-11"
    type  = "TEMPERATURE"
  }
  match {
    class = "CLASS1.SECURITY"
    type  = "MOTION"
  }
  match {
    class = "CLASS1.INFORMATION"
    type  = ["HEARTBEAT", "NODE"]
  }
  exclude {
    class = "CLASS1.*"
    type  = "TEMPERATURE"
  }
  exclude {
    class = "CLASS3.*"
  }
}
