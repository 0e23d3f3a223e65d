package config

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

func TestParseRange(t *testing.T) {
	tests := []struct {
		val  cty.Value
		most int64
		want Range
		ok   bool
	}{
		{cty.NumberIntVal(0), 7, Range{0, 0}, true},
		{cty.NumberIntVal(7), 7, Range{7, 7}, true},
		{cty.NumberIntVal(8), 7, Range{}, false},
		{cty.NumberIntVal(-1), 7, Range{}, false},
		{cty.NumberFloatVal(1.5), 7, Range{}, false},
		{cty.PositiveInfinity, 7, Range{}, false},
		{cty.True, 7, Range{}, false},
		{cty.StringVal("3"), 7, Range{3, 3}, true},
		{cty.StringVal("512-1023"), 65535, Range{512, 1023}, true},
		{cty.StringVal("512 - 1023"), 65535, Range{512, 1023}, true},
		{cty.StringVal("0-65535"), 65535, Range{0, 65535}, true},
		{cty.StringVal("0-65536"), 65535, Range{}, false},
		{cty.StringVal("2-1"), 65535, Range{}, false},
		{cty.StringVal("-1"), 65535, Range{}, false},
		{cty.StringVal("1-"), 65535, Range{}, false},
		{cty.StringVal("1-2-3"), 65535, Range{}, false},
		{cty.StringVal(""), 65535, Range{}, false},
	}
	for _, tt := range tests {
		if got, ok := parseRange(item{val: tt.val}, tt.most); got != tt.want || ok != tt.ok {
			t.Errorf("parseRange(%#v, %d) = %v, %t, want %v, %t", tt.val, tt.most, got, ok, tt.want, tt.ok)
		}
	}
}
