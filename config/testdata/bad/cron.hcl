remote "every" {
  address = "127.0.0.1:9601"
  schedule {
    cron = "@every 5m"
  }
}
remote "hourly" {
  address = "127.0.0.1:9602"
  schedule {
    cron = "@hourly"
  }
}
remote "zone" {
  address = "127.0.0.1:9603"
  schedule {
    cron = "CRON_TZ=Europe/Vienna 0 6 * * *"
  }
}
remote "seconds" {
  address = "127.0.0.1:9604"
  schedule {
    cron = "*/10 * * * * *"
  }
}
remote "few" {
  address = "127.0.0.1:9605"
  schedule {
    cron = "5m"
  }
}
remote "minute" {
  address = "127.0.0.1:9606"
  schedule {
    cron = "60 * * * *"
  }
}
remote "day" {
  address = "127.0.0.1:9607"
  schedule {
    cron = "0 6 * * monday"
  }
}
remote "never" {
  address = "127.0.0.1:9608"
  schedule {
    cron = "0 6 30 feb *"
  }
}
remote "comma" {
  address = "127.0.0.1:9609"
  schedule {
    cron = "0,,30 * * * *"
  }
}
remote "place" {
  address = "127.0.0.1:9610"
  schedule {
    cron      = "0 6 * * *"
    time_zone = "Europe/Wien"
  }
}
remote "secret" {
  address = "127.0.0.1:9611"
  schedule {
    cron      = env("SECRET")
    time_zone = env("SECRET")
  }
}
remote "secret-field" {
  address = "127.0.0.1:9612"
  schedule {
    cron = "${env("SECRET")} * * * *"
  }
}
remote "number" {
  address = "127.0.0.1:9613"
  schedule {
    cron = 5
  }
}
remote "hour" {
  address = "127.0.0.1:9614"
  schedule {
    cron = "*/60 24 * * *"
  }
}
remote "last" {
  address = "127.0.0.1:9615"
  schedule {
    cron = "0 6 L * *"
  }
}
remote "months" {
  address = "127.0.0.1:9616"
  schedule {
    cron = "0 6 1 january *"
  }
}
remote "quiet" {
  address = "127.0.0.1:9617"
  schedule {
    cron = ""
  }
}
remote "slip" {
  address = "127.0.0.1:9618"
  schedule {
    cron      = "0 6 * * *"
    time_zone = "Europe/Stokholm"
  }
}
remote "offset" {
  address = "127.0.0.1:9619"
  schedule {
    cron      = "0 6 * * *"
    time_zone = "UTC+1"
  }
}
