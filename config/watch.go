package config

import (
	"time"

	"github.com/hashicorp/hcl/v2"
)

// leastWatch keeps the reading of unchanged files a small part of the work.
const leastWatch = 100 * time.Millisecond

func (d *decoder) watchConfig(attr *hcl.Attribute, dst *time.Duration) {
	d.duration(attr, dst, 0)
	if *dst > 0 && *dst < leastWatch {
		d.errorf(attr.Expr.Range(), "Duration too short", `%s must be %v or more, such as "10s", or "0s" for no looks.`, attr.Name, leastWatch)
	}
}
