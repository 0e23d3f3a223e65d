remote "a" {
  address = "localhost"
}
remote "b" {
  address = "[::1]"
}
route "ab" {
  between = [remote.a, remote.b]
}
