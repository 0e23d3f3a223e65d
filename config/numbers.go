package config

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// number returns the value of a whole number, also one in quotes.
func number(it item) (int64, bool) {
	v, err := convert.Convert(it.val, cty.Number)
	if err != nil {
		return 0, false
	}
	return int64Of(v.AsBigFloat())
}

func int64Of(f *big.Float) (int64, bool) {
	n, acc := f.Int64()
	return n, acc == big.Exact
}

var sizeUnits = map[string]int64{
	"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

// parseSize reads a number of bytes such as "16MiB".
func parseSize(s string) (int64, bool) {
	digits := strings.TrimRight(s, "BKMGi")
	unit, known := sizeUnits[s[len(digits):]]
	n, err := strconv.ParseInt(strings.TrimRight(digits, " "), 10, 64)
	if err != nil || !known {
		return 0, false
	}
	product := n * unit
	return product, product/unit == n
}

// formatSize writes a number of bytes as parseSize reads it, in the largest unit that keeps it whole.
func formatSize(n int64) string {
	for _, unit := range []string{"GiB", "GB", "MiB", "MB", "KiB", "KB"} {
		if factor := sizeUnits[unit]; n >= factor && n%factor == 0 {
			return fmt.Sprintf("%d%s", n/factor, unit)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// formatSpan writes a time span without the smaller units that are zero.
func formatSpan(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// parseRange reads a number, or a text such as "10" or "512-1023".
func parseRange(it item, most int64) (Range, bool) {
	lo, ok := number(it)
	hi := lo
	if it.val.Type() == cty.String {
		first, last, isRange := strings.Cut(it.val.AsString(), "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.ParseUint(strings.TrimSpace(first), 10, 16)
		b, err2 := strconv.ParseUint(strings.TrimSpace(last), 10, 16)
		lo, hi, ok = int64(a), int64(b), err1 == nil && err2 == nil
	}
	if !ok || lo < 0 || lo > hi || hi > most {
		return Range{}, false
	}
	return Range{Min: uint16(lo), Max: uint16(hi)}, true
}
