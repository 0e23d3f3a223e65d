remote "north" {
  address = "127.0.0.1:9601"
  backoff {
    max = "1s"
  }
  backoff {
    max = "2s"
  }
}
