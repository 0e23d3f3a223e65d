remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  between = [remote.north, remote.south]
  preset  = "telemetry"
}
route "b" {
  from   = [remote.north]
  to     = [remote.south]
  preset = ["all", "commands"]
  scopes = ["private", "laboratry", "private"]
}
route "c" {
  from   = [remote.north]
  to     = [remote.south]
  preset = ["telemetri", "commands", "commands", 5]
  scopes = "everywhere"
}
route "d" {
  from   = [remote.north]
  to     = [remote.south]
  preset = []
}
