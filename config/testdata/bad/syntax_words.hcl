remote "a" {
  address "127.0.0.1:9601"
}
remote "b" {
  address  == "127.0.0.1:9602"
  password == "hunter2"
}
remote "c"
{
  password = "hunter2"
}
