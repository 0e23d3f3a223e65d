remote "folder" {
  address  = "127.0.0.1:9601"
  user     = "admin"
  password = file("twice.d")
}
remote "endless" {
  address  = "127.0.0.1:9602"
  user     = "admin"
  password = file("/dev/zero")
}
remote "empty" {
  address  = "127.0.0.1:9603"
  user     = "admin"
  password = file("empty.secret")
}
remote "windows" {
  address  = "127.0.0.1:9604"
  user     = "admin"
  password = file("bom.secret")
}
remote "two-lines" {
  address  = "127.0.0.1:9605"
  user     = "admin"
  password = file("two_lines.secret")
}
remote "path" {
  address  = "127.0.0.1:9606"
  user     = "admin"
  password = file(env("SECRET"))
}
remote "name-for-content" {
  address  = "127.0.0.1:9607"
  user     = "admin"
  password = file(123)
}
