remote "sensor" {
  address = "127.0.0.1:9601"
  schedule {
    mode = "lazy"
  }
}
remote "display" {
  address = "127.0.0.1:9602"
  schedule {
    mode      = "lazy"
    threshold = 501
  }
}
remote "north" {
  address = "127.0.0.1:9603"
}
route "readings" {
  from = [remote.sensor]
  to   = [remote.north, remote.display]
  queue {
    max_events = 500
  }
}
