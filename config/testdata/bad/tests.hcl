remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  between = [remote.north, remote.south]
}
test "no given" {
  held = "origin"
}
test "two outcomes" {
  given {
    from  = remote.north
    event = { class = 20, type = 3 }
  }
  expect {
    to = remote.south
  }
  held = "orign"
}
test "no given" {
  given {
    from  = remote.nord
    event = "96,10,6,0,,,FF:FF,1"
    own   = "yes"
    after = 5
  }
}
test "" {
  given {
  }
  expect {
  }
}
test "events" {
  given {
    from  = "north"
    event = { class = "CLASS1.MEASUREMENT", typ = "TEMPERATURE", guid = 7, data = [256] }
  }
  given {
    from  = remote.north
    event = { class = "CLASS1.MEASUREMNT", type = "TEMPERATURE", guid = "FF:FF", priority = 9 }
  }
  given {
    from  = remote.north
    event = { class = "CLASS1.MEASUREMENT", type = "TEMPERATUR", data = "1,,2" }
  }
  given {
    from  = remote.north
    event = 5
  }
  given {
    from  = remote.north
    event = env("SECRET")
  }
  expect {
    to    = [remote.south, remote.south, remote.west]
    event = { data = [for n in range : n] }
  }
  expect {
    to    = remote.south
    event = { data = { a = 1 } }
  }
  given {
    from  = remote.north
    event = { class = 10 }
  }
  expect {
    event = { data = [null] }
  }
}
test "unknown given" {
  given {
    from  = remote.north
    event = "96,10,6"
  }
  expect {
    to    = remote.south
    event = { type = "TURNON" }
  }
}
