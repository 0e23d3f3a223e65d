# Every word of routing, of the loop guard and of tests.
bridge {
  guid = "FF:FF:FF:FF:FF:FF:FF:FE:00:09:00:00:00:00:00:00"
}

loop {
  roaming      = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"]
  storm_limit  = 20
  storm_window = "2s"
}

remote "plant" {
  address = "127.0.0.1:9601"
  site    = "plant"
  origins = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"
  strict  = true
}

remote "house" {
  address = "127.0.0.1:9602"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]
}

remote "yard" {
  address = "127.0.0.1:9603"
}

route "readings" {
  from   = [remote.plant]
  to     = [remote.house]
  preset = ["telemetry", "commands"]
  scopes = ["private", "laboratory"]

  match {
    class    = ["CLASS1.MEASUREMENT", "vscp_class2_level1_measurement"]
    type     = "temperature"
    guid     = "*"
    nickname = ["1-9", 200]
    length   = 4
    sensor   = "0-3"
    unit     = ["°C", "°F"]
    min      = -40.5
    max      = 85
  }

  match {
    class   = ["CLASS1.*", "CLASS2.LEVEL1.*", "CLASS2.*", "CLASS2.PROTOCOL"]
    zone    = 1
    subzone = [2, "4-5"]
    filter  = "0,20,3,-"
    mask    = "0,65535,255,-"
    unit    = [0, "1-2"]
    min     = 0
  }

  exclude {
    class = "class1.*"
    type  = ["0-2", 9]
  }

  exclude {
    class = ["CLASS1.INFORMATION"]
    type  = ["VSCP_TYPE_INFORMATION_ON", "OFF"]
  }

  rewrite {
    map {
      class    = "CLASS1.CONTROL"
      type     = "TURNON"
      to_class = "CLASS1.INFORMATION"
      to_type  = "ON"
    }
    map {
      class   = "CLASS1.CONTROL"
      to_type = "TURNOFF"
    }
    map {
      to_class = 1030
    }
    guid {
      from = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"
      to   = "FF:FF:FF:FF:FF:FF:FF:FE:00:11:*"
    }
    mirror   = "level2"
    priority = 5
    time     = "repair"
  }

  limit {
    rate         = 2.5
    min_interval = "1s"
    dead_band    = 0.5
    max_silence  = "10m"
    dedupe       = "2s"
  }
}

route "yard" {
  between = [remote.house, remote.yard]
  scopes  = []

  limit {
    rate  = "30/m"
    burst = 5
  }

  probe {
    every    = "5m"
    on_cycle = "block"
  }

  link_events {
    after = "1m"
  }
}

route "orders" {
  from   = [remote.house]
  to     = [remote.plant]
  preset = "commands"

  limit {
    min_interval = "10s"
    dedupe       = "500ms"
  }

  probe {}

  link_events {}
}

test "the plant's temperature goes to the house on level 2" {
  given {
    from  = remote.plant
    event = "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07,138,9,113"
  }
  given {
    from  = remote.plant
    after = "1m30s"
    event = {
      class = "CLASS1.MEASUREMENT"
      type  = "TEMPERATURE"
      guid  = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07"
      data  = "0x8A, 9,113"
    }
  }
  expect {
    to    = remote.house
    event = { class = 522, priority = 5, data = [for n in [255, 138] : n] }
  }
}

test "what the bridge sent does not come back" {
  given {
    from  = remote["house"]
    own   = true
    event = { class = 20, type = 3, data = [1, "0x02"] }
  }
  held = "own_channel"
}

test "the house hears the yard" {
  given {
    from  = remote.yard
    event = { class = "CLASS1.CONTROL", type = "TURNON" }
  }
  expect {
    to = [remote.house]
  }
}
