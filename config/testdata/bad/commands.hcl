remote "north" {
  address = "127.0.0.1:9601"
  schedule {
    every    = "5m"
    mode     = "visit"
    commands = ["STAT", "user admin", "PASS hunter2"]
  }
}
remote "south" {
  address = "127.0.0.1:9602"
  schedule {
    every = "5m"
    mode  = "visit"
    commands = [
      "PASS hunter2",
      "CHALLENGE x",
      "EXIT",
      "SEND 0,10,6,,,,-,1",
      "RETR 10",
      "RCVLOOP",
      "QUITLOOP",
      "BINARY",
      "SHUTDOWN",
      "RESTART",
      "++",
      "INTERFACE",
      "STATT",
      "GGID\r\nSHUTDOWN",
      "  ",
      5,
      "${env("SECRET")} 1",
      null,
    ]
  }
}
remote "east" {
  address = "127.0.0.1:9603"
  schedule {
    every    = "5m"
    mode     = "visit"
    commands = []
  }
}
remote "west" {
  address = "127.0.0.1:9604"
  schedule {
    every    = "5m"
    mode     = "visit"
    commands = "STAT"
  }
}
