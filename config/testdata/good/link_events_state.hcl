# Link events of a bridge that has a folder for its identity.
bridge { state_dir = "state" }

remote "north" { address = "127.0.0.1:9601" }
remote "south" { address = "127.0.0.1:9602" }

route "sites" {
  between = [remote.north, remote.south]
  link_events {}
}
