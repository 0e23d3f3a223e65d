locals {
  meters = csvdecode(nonsensitive(file("meters.csv")))
  tested = ["meter-1", "meter-3"]
}

remote "hub" {
  address = "127.0.0.1"
}

# Iterators reach everything in content: single values, elements of lists, nested blocks and computed values.
dynamic "remote" {
  for_each = local.meters
  labels   = [remote.value.name]
  content {
    addresses = [remote.value.address, "127.0.1.${remote.key + 1}:${9700 + remote.key}"]
    user      = "admin"
    password  = remote.value.password
    origins   = [remote.value.prefix]
    backoff {
      max = "${remote.key + 30}s"
    }
    dynamic "schedule" {
      for_each = remote.key == 2 ? ["5s"] : []
      content {
        every = schedule.value
      }
    }
  }
}

# Every row that the first route takes, one match block for each.
route "all" {
  from = [for meter in local.meters : remote[meter.name]]
  to   = [remote.hub]
  dynamic "match" {
    for_each = local.meters
    iterator = row
    content {
      class = row.value.class
      guid  = [row.value.prefix]
    }
  }
}

# One route for each row, and the names of others in it.
dynamic "route" {
  for_each = { for meter in local.meters : meter.name => meter if meter.class == "CLASS1.INFORMATION" }
  labels   = ["alarms-${route.key}"]
  content {
    from = [remote[route.key]]
    to   = [remote["hub"], remote.meter-1]
    match {
      class = route.value.class
    }
    dynamic "exclude" {
      for_each = toset(["FF:FF:FF:FF:FF:FF:FF:FE:00:12:01:*"])
      content {
        guid = exclude.key
      }
    }
  }
}

route "others" {
  from = slice(values(remote), 2, 4)
  to   = [remote.hub]
  match {
    class = 30
  }
}

dynamic "test" {
  for_each = local.tested
  labels   = ["${test.value} reaches the hub"]
  content {
    given {
      from = remote[test.value]
      event = {
        class = local.meters[test.key * 2].class
        type  = 6
        guid  = replace(local.meters[test.key * 2].prefix, ":*", ":00:00:00:00:00:00")
      }
    }
    expect {
      to = remote.hub
    }
  }
}

# None at all.
dynamic "loop" {
  for_each = []
  content {
    storm_limit = 1
  }
}
