remote "north" {
  address          = "127.0.0.1:9601"
  profile          = "uvscpd"
  send_connections = 5
}
remote "board" {
  address          = "127.0.0.1:9602"
  profile          = "firmware"
  receive          = "none"
  send_connections = 3
  timeouts {
    dead_after = "2s"
  }
}
remote "hall" {
  address = "127.0.0.1:9603"
  profile = "uvscpd"
  schedule {
    every = "11s"
  }
}
remote "cellar" {
  address = "127.0.0.1:9604"
  profile = "uvscpd"
  schedule {
    cron = "* * * * *"
  }
}
remote "roof" {
  address = "127.0.0.1:9605"
  profile = "uvscpd"
  schedule {
    every     = "10s"
    max_fetch = 99
  }
}
remote "display" {
  address = "127.0.0.1:9606"
  schedule {
    mode      = "lazy"
    threshold = 20
    jitter    = "1s"
  }
}
remote "meter" {
  address = "127.0.0.1:9607"
  schedule {
    mode     = "lazy"
    max_wait = "10m"
    commands = ["CLRA"]
  }
}
remote "nightly" {
  address = "127.0.0.1:9608"
  schedule {
    cron      = "30 2 * * *"
    time_zone = "Europe/Vienna"
    mode      = "visit"
  }
}
remote "tank" {
  address          = "127.0.0.1:9609"
  send_connections = 2
}
route "to-displays" {
  from = [remote.north, remote.hall, remote.cellar, remote.roof, remote.tank]
  to   = [remote.board, remote.display, remote.nightly]
}
route "meter" {
  between = [remote.meter, remote.north]
}
route "night" {
  from = [remote.nightly]
  to   = [remote.display]
}
