admin {
  listen     = "0.0.0.0:9599"
  token_file = "short.secret"
}
