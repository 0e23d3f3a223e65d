# A table as spreadsheets write it, with a byte order mark.
dynamic "remote" {
  for_each = csvdecode(nonsensitive(file("spreadsheet.csv")))
  labels   = [remote.value.name]
  content {
    address = remote.value.address
  }
}
