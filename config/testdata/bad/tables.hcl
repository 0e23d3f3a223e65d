locals {
  uneven   = csvdecode(file("uneven.csv"))
  unclosed = csvdecode(file("unclosed.csv"))
  twins    = csvdecode("name,name\na,b\n")
  none     = csvdecode("")
  long     = csvdecode("a,b\n1\n2\n3\n4\n5\n6\n7\n")
  secret   = csvdecode(file("semicolons.csv"))
  open     = csvdecode(nonsensitive(file("semicolons.csv")))
  close    = [{ name = "a", address = "192.0.2.1" }]
}
dynamic "remote" {
  for_each = local.secret
  labels   = [remote.value.name]
  content {
    address = "localhost"
  }
}
dynamic "remote" {
  for_each = local.open
  labels   = ["open"]
  content {
    address = remote.value.address
  }
}
dynamic "remote" {
  for_each = local.close
  labels   = ["close"]
  content {
    address = remote.value.adress
    user    = local.close[0].nmae
    site    = [for c in local.secret : c.nmae][0]
  }
}
