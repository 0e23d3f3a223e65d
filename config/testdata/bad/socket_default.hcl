bridge {
  state_dir = "/var/lib/a-very-long-name/a-very-long-name/a-very-long-name/a-very-long-name/a-very-long-name/a-very-long-name/"
}
