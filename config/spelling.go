package config

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// emptyHint is for values out of tables, which have a text in every cell.
const emptyHint = ` Where there is none, write null, which leaves the attribute out, as in x != "" ? x : null.`

func (it item) isEmpty() bool {
	return !it.sensitive && it.val.Type() == cty.String && it.val.AsString() == ""
}

// spanHint says how a duration is written that was written in words.
func (it item) spanHint() string {
	if it.isEmpty() {
		return emptyHint
	}
	return wording.Meant(wording.RightSpan(it.shown()))
}

// sizeHint says how a size is written whose unit has other capitals.
func (it item) sizeHint() string { return wording.Meant(wording.RightSize(it.shown())) }

// shown returns a text that may be quoted, or "".
func (it item) shown() string {
	if it.sensitive || it.val.Type() != cty.String {
		return ""
	}
	return it.val.AsString()
}

// patternHint says how a GUID pattern is written that has other separators, or lacks its end.
func (it item) patternHint(text string) string {
	if it.sensitive {
		return ""
	}
	colons := strings.ReplaceAll(text, "-", ":")
	for _, right := range []string{colons, colons + ":*", strings.TrimSuffix(colons, ":") + ":*", strings.TrimSuffix(colons, "*") + ":*"} {
		if _, err := vscp.ParseGUIDPattern(right); err == nil {
			return wording.Meant(right)
		}
	}
	return ""
}
