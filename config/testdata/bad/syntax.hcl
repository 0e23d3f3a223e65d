remote "north" {
  address = "127.0.0.1:9601"
  user    = 
}
route "a" {
