remote "north" {
  address = "127.0.0.1:9601"
}
remote "weekly" {
  address = "127.0.0.1:9602"
  receive = "none"
  schedule {
    every = "168h"
    mode  = "visit"
  }
}
remote "patient" {
  address = "127.0.0.1:9603"
  receive = "none"
  schedule {
    mode     = "lazy"
    max_wait = "1h"
  }
}
remote "punctual" {
  address = "127.0.0.1:9604"
  receive = "none"
  schedule {
    every    = "168h"
    mode     = "lazy"
    max_wait = "59m"
  }
}
# An event is a reason to connect, so none waits.
remote "eager" {
  address = "127.0.0.1:9605"
  receive = "none"
  schedule {
    every = "168h"
    mode  = "lazy"
  }
}
remote "weekdays" {
  address = "127.0.0.1:9606"
  receive = "none"
  schedule {
    cron = "*/15 6-21 * * mon-fri"
    mode = "visit"
  }
}
remote "late" {
  address = "127.0.0.1:9607"
  receive = "none"
  schedule {
    every  = "50m"
    jitter = "10m"
    mode   = "visit"
  }
}
remote "gathering" {
  address = "127.0.0.1:9608"
  receive = "none"
  schedule {
    cron      = "0 */2 * * *"
    mode      = "lazy"
    threshold = 100
  }
}
# Stays connected.
remote "polled" {
  address = "127.0.0.1:9609"
  receive = "none"
  schedule {
    every = "48h"
  }
}
route "readings" {
  from = [remote.north]
  to   = [remote.weekly, remote.eager, remote.weekdays, remote.polled]
}
route "short" {
  from = [remote.north]
  to   = [remote.patient, remote.punctual, remote.late]
  queue {
    max_age = "1h"
  }
}
route "patience" {
  from = [remote.north]
  to   = [remote.gathering, remote.late]
  queue {
    retry_max_age = "90m"
  }
}
