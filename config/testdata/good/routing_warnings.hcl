loop {
  roaming      = ["FF:FF:FF:FF:FF:FF:FF:FE:00:*"]
  storm_limit  = 0
  storm_window = "2s"
}
remote "north" {
  address = "127.0.0.1:9601"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]
}
remote "south" {
  address = "127.0.0.1:9602"
  receive = "none"
}
route "a" {
  from   = [remote.north]
  to     = [remote.south]
  preset = ["telemetry", "commands"]
  match {
    class = "CLASS1.INFORMATION"
    min   = 3
  }
  limit {
    dead_band = 1
  }
}
route "b" {
  from   = [remote.north]
  to     = [remote.south]
  preset = "commands"
  limit {
    dead_band    = 1
    min_interval = "10s"
    max_silence  = "5s"
  }
}
route "c" {
  from   = [remote.north]
  to     = [remote.south]
  preset = "telemetry"
  limit {
    rate        = "5/h"
    max_silence = "5s"
  }
}
