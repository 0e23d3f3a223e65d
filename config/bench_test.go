package config_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// meters is a table of n devices, and a configuration that makes a remote and a route of each.
func metersOf(n int) map[string]string {
	var table strings.Builder
	table.WriteString("name,address,password,prefix\n")
	for i := range n {
		fmt.Fprintf(&table, "meter-%d,10.%d.%d.7:9598,secret-%d,FF:FF:FF:FF:FF:FF:FF:FE:%02X:%02X\n", i, i>>8, i&255, i, i>>8, i&255)
	}
	return map[string]string{"meters.csv": table.String(), "hub.hcl": `
locals {
  meters = csvdecode(file("meters.csv"))
}
remote "hub" {
  address = "127.0.0.1"
}
dynamic "remote" {
  for_each = local.meters
  labels   = [remote.value.name]
  content {
    address  = remote.value.address
    user     = "bridge"
    password = remote.value.password
    origins  = ["${remote.value.prefix}:*"]
    timeouts {
      dial = "3s"
    }
    schedule {
      every  = "10s"
      jitter = "1s"
    }
  }
}
route "meters" {
  from = [for meter in local.meters : remote[meter.name]]
  to   = [remote.hub]
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
`}
}

// BenchmarkLoadMeters loads 2,001 remotes and 2,001 routes.
func BenchmarkLoadMeters(b *testing.B) {
	dir := b.TempDir()
	write(b, dir, metersOf(2000))
	b.ReportAllocs()
	for b.Loop() {
		cfg, err := config.Load(filepath.Join(dir, "hub.hcl"), config.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if len(cfg.Remotes) != 2001 || len(cfg.Routes) != 2001 {
			b.Fatalf("%d remotes and %d routes, want 2001 of each", len(cfg.Remotes), len(cfg.Routes))
		}
	}
}

// BenchmarkLoadWrongMeters has a mistake in every row.
func BenchmarkLoadWrongMeters(b *testing.B) {
	dir := b.TempDir()
	files := metersOf(2000)
	files["meters.csv"] = strings.ReplaceAll(files["meters.csv"], ":9598", ":x")
	write(b, dir, files)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := config.Load(filepath.Join(dir, "hub.hcl"), config.Options{}); err == nil {
			b.Fatal("Load of wrong addresses = nil, want an error")
		}
	}
}
