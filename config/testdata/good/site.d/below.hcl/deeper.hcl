remote "below" {}
