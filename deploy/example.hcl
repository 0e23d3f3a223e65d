# A bridge between two buildings and a weather station. Copy it to /etc/tcpiplink-bridge/bridge.hcl and check it with
#
#   NORTH_PASSWORD=... SOUTH_PASSWORD=... tcpiplink-bridge validate --config bridge.hcl
#
# It reads two environment variables, NORTH_PASSWORD and SOUTH_PASSWORD; one that is not set is an error. Everything that
# is commented out shows its default.

bridge {
  name = "campus" # in logs and metrics

  # For the admin socket, through which pause, reload and queue reach the bridge, for dead letters, and for queues on disk. The package
  # and the unit make this folder; to try the file by hand, name another one.
  state_dir = "/var/lib/tcpiplink-bridge"

  # A stop first hands over what waits in the queues, for this long at most.
  # flush_timeout = "3s"
}

log {
  level = "info" # trace, debug, info, warn, error
  # format = "text" # or "json"
}

# /metrics, /livez, /readyz and what the status command asks. Without this block no port is opened; with a state_dir there is a unix
# socket in any case, STATE_DIR/admin.sock.
admin {
  listen = "127.0.0.1:9599"
}

# --- Remotes: the link endpoints that the bridge connects to ---------------------------------------------------------

# A daemon with users. The port is 9598 where none is given.
remote "north" {
  address  = "north.example:9598" # or addresses = ["north.example", "192.0.2.7"], tried in order
  user     = "admin"
  password = env("NORTH_PASSWORD")

  # The GUIDs that live behind this remote. An event with one of them that arrives from elsewhere is a copy coming
  # back, and is not forwarded: with origins on all remotes there are no loops.
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"]

  # Attempts to connect go on for ever, at growing intervals up to max.
  backoff {
    initial = "1s"
    max     = "1m"
  }
}

# Better than from the environment, a password comes from a file: file("south.password"), relative to this file, an absolute path such as that
# of a container secret, or credential("south") with systemd. It is read at each login, so that a new one takes no restart and no reload.
remote "south" {
  address  = "south.example:9598"
  user     = "admin"
  password = env("SOUTH_PASSWORD")
  origins  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:02:*"]

  # TLS from the first byte on. Empty: the authorities of the system are believed. Without the block: clear text.
  # tls {
  #   ca_file   = "/etc/tcpiplink-bridge/ca.crt"
  #   cert_file = "/etc/tcpiplink-bridge/bridge.crt"
  #   key_file  = "/etc/tcpiplink-bridge/bridge.key"
  # }
}

# A small device without users, reachable on IPv6, which need not be watched all the time.
remote "weather" {
  address = "[2001:db8::20]:9598"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:03:*"]

  # "hold" stays connected and fetches on the tick. "visit" connects, sends, fetches and quits, which most servers take
  # as the moment to forget what they kept for us: only for devices that keep their queue. "lazy" visits when something
  # waits to be sent. Instead of every there is cron = "*/15 6-22 * * mon-fri", with a time_zone.
  schedule {
    every  = "5m"
    jitter = "20s" # so that many bridges do not call at the same second
    mode   = "hold"
  }
}

# --- Routes: which events go where ------------------------------------------------------------------------------------

# Both ways, all events.
route "buildings" {
  between = [remote.north, remote.south]

  # What waits while the other side is away, for each direction. The limit that is reached first decides.
  queue {
    max_events = 50000
    max_bytes  = "32MiB"
    max_age    = "24h"
    # Or "drop_newest", "drop_lowest_priority", "latest_only" (of each sensor), or "block": take no more from the source.
    overflow = "drop_oldest"
  }
}

# One way, and only what matches. Within a match block all attributes must fit; several blocks are alternatives.
route "weather" {
  from = [remote.weather]
  to   = [remote.north, remote.south]

  # Temperature and humidity (type 35) of the outdoor sensors. Classes and types are tokens, numbers or ranges.
  match {
    class = "CLASS1.MEASUREMENT"
    type  = ["TEMPERATURE", 35]
    guid  = ["FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:01:*"]
  }

  # CLASS1.ALARM in the four upper priorities, 0 being the highest.
  match {
    class    = 1
    priority = "0-3"
  }

  # Thins out: at most 30 events a minute, and no temperature that differs by less than 0.2 from the last one, but one in
  # ten minutes in any case.
  # limit {
  #   rate        = "30/m"
  #   burst       = 10
  #   dead_band   = 0.2
  #   max_silence = "10m"
  # }

  # Changes what is carried: its classes and types, its GUIDs, its priority, its time.
  # rewrite {
  #   priority = 5
  #   time     = "repair" # bare microseconds, as old devices send them, become the time of arrival
  # }
}

# --- Tests: what becomes of an event, without a connection. Run them with tcpiplink-bridge test --config bridge.hcl ----

test "the temperature outside reaches both buildings" {
  given {
    from  = remote.weather
    event = "96,10,6,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:01:00:00:00:01,138,9,113"
  }
  expect {
    to = [remote.north, remote.south]
  }
}

test "other sensors of the weather station stay there" {
  given {
    from = remote.weather
    event = {
      class = "CLASS1.MEASUREMENT"
      type  = "TEMPERATURE"
      guid  = "FF:FF:FF:FF:FF:FF:FF:FE:00:03:00:02:00:00:00:01"
      data  = [138, 9, 113]
    }
  }
  held = "no_match"
}

test "an event of the north that comes back by the south goes no further" {
  given {
    from  = remote.south
    event = "96,20,3,0,,,FF:FF:FF:FF:FF:FF:FF:FE:00:01:00:00:00:00:00:07,0,1,2"
  }
  held = "origin"
}
