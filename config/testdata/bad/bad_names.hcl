bridge {
  name = "my bridge"
}
remote "-north" {
  address = "127.0.0.1:9601"
}
remote "" {
  address = "127.0.0.1:9602"
  site    = "top floor"
}
route "a.b" {
  between = [remote["-north"], remote[""]]
}
