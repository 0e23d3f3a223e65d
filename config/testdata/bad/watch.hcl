bridge {
  watch_config = "10ms"
}
