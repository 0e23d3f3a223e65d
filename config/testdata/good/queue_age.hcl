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
route "readings" {
  from = [remote.north]
  to   = [remote.weekly]
}
route "short" {
  from = [remote.north]
  to   = [remote.patient, remote.punctual]
  queue {
    max_age = "1h"
  }
}
