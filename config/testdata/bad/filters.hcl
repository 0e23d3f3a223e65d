remote "north" {
  address = "127.0.0.1:9601"
  filter  = "0,10,6"
  mask    = "0,65536,255,-"
}
remote "south" {
  address = "127.0.0.1:9602"
  filter  = "0,10,6,FF:GG"
}
remote "west" {
  address = "127.0.0.1:9603"
  mask    = "0,0,0,-,1"
}
