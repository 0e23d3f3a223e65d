remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "zero" {
  between = [remote.north, remote.south]
  queue {
    max_age = "0s"
  }
}
route "days" {
  between = [remote.north, remote.south]
  queue {
    max_age = "1d"
  }
}
route "number" {
  between = [remote.north, remote.south]
  queue {
    max_age = 3600
  }
}
