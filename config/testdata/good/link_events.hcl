# Link events of a bridge that cannot be told from another one. With state_dir it can: see routing.hcl for guid.
remote "north" { address = "127.0.0.1:9601" }
remote "south" { address = "127.0.0.1:9602" }

route "sites" {
  between = [remote.north, remote.south]
  link_events {}
}
