remote "both" {
  address   = "127.0.0.1:9601"
  addresses = ["127.0.0.1:9602"]
}
remote "twice" {
  addresses = ["house", "cellar", "house:9598"]
}
remote "none" {
  addresses = []
}
remote "numbers" {
  addresses = [5, "house:port"]
}
remote "text" {
  addresses = "house"
}
remote "credentials" {
  addresses = ["house", "admin:hunter2@house"]
}
remote "lines" {
  addresses = [
    "house",
    "admin:hunter2@cellar",
    "roof:0",
  ]
}
