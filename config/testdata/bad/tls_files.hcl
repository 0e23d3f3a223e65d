remote "mixed-up" {
  address = "127.0.0.1:9601"
  tls {
    cert_file = "north.crt"
    key_file  = "south.key"
  }
}
remote "encrypted" {
  address = "127.0.0.1:9602"
  tls {
    cert_file = "north.crt"
    key_file  = "encrypted.key"
  }
}
remote "swapped" {
  address = "127.0.0.1:9603"
  tls {
    cert_file = "south.key"
    key_file  = "north.crt"
  }
}
remote "authorities" {
  address = "127.0.0.1:9604"
  tls {
    ca_file   = "broken.crt"
    cert_file = "north.crt"
    key_file  = "north.crt"
  }
}
remote "key-for-authority" {
  address = "127.0.0.1:9605"
  tls {
    ca_file = "south.key"
  }
}
remote "folder" {
  address = "127.0.0.1:9606"
  tls {
    ca_file = "twice.d"
  }
}
