bridge {
  name      = "site"
  state_dir = "state"
}
locals {
  south = "127.0.0.1:9602"
}
