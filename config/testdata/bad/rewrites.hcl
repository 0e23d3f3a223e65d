remote "north" {
  address = "127.0.0.1:9601"
}
remote "south" {
  address = "127.0.0.1:9602"
}
route "a" {
  from = [remote.north]
  to   = [remote.south]
  rewrite {
    mirror   = "level3"
    priority = 8
    time     = "egress"
    map {
      class = "CLASS1.CONTROL"
    }
    map {
      class    = "CLASS1.CONTROL"
      to_class = "CLASS1.*"
      to_type  = "ON"
    }
    map {
      class    = "CLASS1.CONTROL"
      type     = "TURNON"
      to_class = "CLASS1.INFORMATION"
      to_type  = "TURNON"
    }
    map {
      to_type = "ON"
    }
    map {
      to_class = 542
    }
    map {
      class    = "CLASS2.LEVEL1.CONTROL"
      to_class = "CLASS1.CONTROL"
    }
    guid {
      from = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"
      to   = "FF:FF:FF:FF:FF:FF:FF:FE:00:*"
    }
    guid {
      from = "FF:FF:FF:FF:FF:FF:FF:FE:00:01:*"
    }
    guid {
      from = "FF:FF:FF:FF:FF:FF:FF:FE:0x:*"
      to   = 5
    }
    guid {
      from = "*"
      to   = "*"
    }
  }
}
route "b" {
  from = [remote.north]
  to   = [remote.south]
  rewrite {
  }
}
route "c" {
  from = [remote.north]
  to   = [remote.south]
  rewrite {
    mirror = "level2"
    map {
      class    = 20
      to_class = 532
    }
  }
}
route "types" {
  from = [remote.north]
  to   = [remote.south]
  rewrite {
    map {
      class   = "CLASS1.CONTROL"
      to_type = 256
    }
    map {
      to_class = 600
      class    = "600-700"
      to_type  = 65535
    }
    map {
      class    = 1030
      to_class = 1031
      to_type  = 256
    }
  }
}
route "d" {
  from = [remote.north]
  to   = [remote.south]
  rewrite {
    mirror = "level1"
    map {
      class    = "512-1023"
      to_class = 20
    }
  }
}
