remote "north" {
  address  = null
  user     = "admin"
  password = null
  origins  = [null]
}
