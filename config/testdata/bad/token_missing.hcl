admin {
  token_file = "no_such.token"
}
