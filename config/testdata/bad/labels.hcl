remote {
  address = "127.0.0.1:9601"
}
route "a" "b" {
  from = []
}
log "x" {
}
