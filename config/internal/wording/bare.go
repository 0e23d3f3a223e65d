package wording

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// hostAndPort is an address with its port, or a part of it.
var hostAndPort = regexp.MustCompile(`^[A-Za-z0-9_.-]*:[0-9]+$|^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$`)

// Bare says what a text is that stands in a file without quotes, as in "A duration", and how it is written in them.
func Bare(text string) (kind, right string) {
	addr, err := netip.ParseAddr(text)
	switch {
	case err == nil && addr.Is6():
		return "An IPv6 address", "[" + text + "]"
	case err == nil || hostAndPort.MatchString(text):
		return "An address", text
	case strings.Contains(text, `\`):
		return "A path", strings.ReplaceAll(text, `\`, "/")
	case strings.HasPrefix(text, "/") || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../"):
		return "A path", text
	}
	if _, err := time.ParseDuration(text); err == nil {
		return "A duration", text
	}
	if _, ok := ParseSize(text); ok {
		return "A size", text
	}
	if span := RightSpan(text); span != "" {
		return "A duration", span
	}
	if size := RightSize(text); size != "" {
		return "A size", size
	}
	return "A text", text
}
