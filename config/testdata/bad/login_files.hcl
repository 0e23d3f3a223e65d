remote "empty" {
  address = "127.0.0.1:9601"
  user    = file("empty.secret")
}
remote "windows" {
  address = "127.0.0.1:9602"
  user    = file("bom.secret")
}
remote "two-lines" {
  address = "127.0.0.1:9603"
  user    = file("two_lines.secret")
}
remote "long" {
  address  = "127.0.0.1:9604"
  user     = join("", [for i in range(1000) : "admin"])
  password = file("long.secret")
}
