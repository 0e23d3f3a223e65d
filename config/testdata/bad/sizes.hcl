remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = "16Mib"
  }
}
route "b" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = 0
  }
}
route "c" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = "9000000000GiB"
  }
}
route "d" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = 1.5
  }
}
route "e" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = []
  }
}
route "f" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = "16 megabytes"
  }
}
route "g" {
  between = [remote.north, remote.south]
  queue {
    max_bytes = 16
  }
}
