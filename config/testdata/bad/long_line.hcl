remote "north" {
  address = "127.0.0.1:9601"
  origins = ["FF:FF:FF:FF:FF:FF:FF:FE:00:01:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:02:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:XX:*", "FF:FF:FF:FF:FF:FF:FF:FE:00:03:*"]
	user  = [	"tab"	]
}
