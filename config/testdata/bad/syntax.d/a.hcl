remote "north" {
  address = "north"
