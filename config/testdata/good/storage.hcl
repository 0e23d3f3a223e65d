bridge {
  state_dir = "state"
}
remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "disk" {
  between = [remote.north, remote.south]
  queue {
    storage = "disk"
  }
}
route "always" {
  between = [remote.north, remote.south]
  queue {
    storage = "disk"
    fsync   = "always"
  }
}
route "never" {
  between = [remote.north, remote.south]
  queue {
    storage = "disk"
    fsync   = "never"
  }
}
route "idle" {
  between = [remote.north, remote.south]
  queue {
    fsync = "always"
  }
}
