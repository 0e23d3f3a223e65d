remote "files" {
  address = "127.0.0.1:9601"
  tls {
    ca_file   = "no_such.crt"
    cert_file = "good.secret"
    key_file  = "good.secret"
  }
}
remote "half-cert" {
  address = "127.0.0.1:9602"
  tls {
    ca_file   = "good.secret"
    cert_file = "no_such.crt"
  }
}
remote "half-key" {
  address = "127.0.0.1:9603"
  tls {
    ca_file  = ""
    key_file = env("SECRET")
  }
}
remote "values" {
  address = "127.0.0.1:9604"
  tls {
    server_name = "north.example:9598"
    min_version = "1.1"
    pins = [
      "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      "sha256/47DEQpj8HBSa",
      7,
      env("SECRET"),
    ]
  }
}
remote "types" {
  address = "127.0.0.1:9605"
  tls {
    ca_file     = 1
    min_version = 1.3
    pins        = []
    ca          = "ca.crt"
  }
}
