remote "both" {
  address = "127.0.0.1:9601"
  schedule {
    every = "5m"
    cron  = "*/5 * * * *"
  }
}
remote "visit" {
  address = "127.0.0.1:9602"
  schedule {
    mode = "visit"
  }
}
remote "zone" {
  address = "127.0.0.1:9603"
  schedule {
    every     = "5m"
    time_zone = "Europe/Vienna"
  }
}
remote "jitter" {
  address = "127.0.0.1:9604"
  schedule {
    cron   = "*/5 * * * *"
    jitter = "61m"
  }
}
remote "hold" {
  address = "127.0.0.1:9605"
  schedule {
    every     = "5s"
    threshold = 10
    max_wait  = "1m"
    commands  = ["STAT"]
  }
}
remote "typo" {
  address = "127.0.0.1:9606"
  schedule {
    mode      = "lasy"
    treshold  = 10
    max_waits = "1m"
    command   = ["STAT"]
    timezone  = "UTC"
  }
}
remote "numbers" {
  address = "127.0.0.1:9607"
  schedule {
    mode      = "lazy"
    threshold = 0
    max_wait  = "0s"
  }
}
