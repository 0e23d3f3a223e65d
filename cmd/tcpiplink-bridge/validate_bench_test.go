package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// metersConfig makes a remote and a route of each row of a table.
const metersConfig = `
locals {
  meters = csvdecode(file("meters.csv"))
}
remote "hub" {
  address = "127.0.0.1"
  user    = "bridge"
}
dynamic "remote" {
  for_each = local.meters
  labels   = [remote.value.name]
  content {
    address  = remote.value.address
    user     = "bridge"
    password = remote.value.password
    origins  = ["${remote.value.prefix}:*"]
  }
}
route "meters" {
  from   = [for meter in local.meters : remote[meter.name]]
  to     = [remote.hub]
  preset = "telemetry"
}
dynamic "route" {
  for_each = local.meters
  labels   = ["to-${route.value.name}"]
  content {
    from   = [remote.hub]
    to     = [remote[route.value.name]]
    preset = "commands"
  }
}
`

// BenchmarkValidateMeters runs validate on a configuration of 2,001 remotes and 2,001 routes.
func BenchmarkValidateMeters(b *testing.B) {
	dir := b.TempDir()
	var table strings.Builder
	table.WriteString("name,address,password,prefix\n")
	for i := range 2000 {
		fmt.Fprintf(&table, "meter-%d,127.1.%d.%d:9598,secret-%d,FF:FF:FF:FF:FF:FF:FF:FE:%02X:%02X\n", i, i>>8, i&255, i, i>>8, i&255)
	}
	for name, text := range map[string]string{"meters.csv": table.String(), "hub.hcl": metersConfig} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		var stdout, stderr bytes.Buffer
		cmd := newValidate()
		cmd.SetArgs([]string{"--config", filepath.Join(dir, "hub.hcl")})
		cmd.SetOut(&stdout)
		cmd.SetErr(&stderr)
		if err := cmd.Execute(); err != nil || !strings.Contains(stdout.String(), "is valid: 2001 remotes, 2001 routes") {
			b.Fatalf("validate = %v with %.200s %.200s, want 2001 remotes and routes", err, &stdout, &stderr)
		}
	}
}
