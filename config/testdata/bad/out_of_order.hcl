remote "north" {
  address = "127.0.0.1:9601"
  receive = "rcvloop"
  backoff {
    initial = "10s"
    max     = "5s"
  }
  schedule {
    every  = "5s"
    jitter = "6s"
  }
}
remote "south" {
  address = "127.0.0.1:9602"
  backoff {
    initial = "2m"
  }
}
