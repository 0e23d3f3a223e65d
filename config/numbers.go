package config

import (
	"math/big"
	"strconv"
	"strings"

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
