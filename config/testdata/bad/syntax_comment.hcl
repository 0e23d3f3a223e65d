log {
  level = "info"
}
/* until when?
remote "north" {
  address  = "127.0.0.1:9601
  password = "hunter2"
}
