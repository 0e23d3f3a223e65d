package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		src, want string
	}{
		{"empty", "", ""},
		{"canonical", "a = 1\n", "a = 1\n"},
		{"aligned", "a=1\nlong  =   2 # x\n", "a    = 1\nlong = 2 # x\n"},
		{"indented", "b \"x\"   {\na=1\n    c {}\n}\n", "b \"x\" {\n  a = 1\n  c {}\n}\n"},
		{"list", "a=[1,\n2,\n]\n", "a = [1,\n  2,\n]\n"},
		{"expression", "a=-1\nb=x ?1:2\n", "a = -1\nb = x ? 1 : 2\n"},
		{"blank lines stay", "a = 1\n\n\nb = 2\n", "a = 1\n\n\nb = 2\n"},
		{"comments stay", "#a\n  //  b\n/* c\nd */\n", "#a\n//  b\n/* c\nd */\n"},
		{"heredoc stays", "a=<<-E\n   x  \n E\n", "a = <<-E\n   x  \n E\n"},
		{"no final line end", "a=1", "a = 1\n"},
		{"only spaces", "  ", "\n"},
		{"CRLF stays", "a=1\r\nb {\r\nc=<<E\r\n x\r\nE\r\n}\r\n", "a = 1\r\nb {\r\n  c = <<E\r\n x\r\nE\r\n}\r\n"},
		{"CRLF without a final one", "a=1\r\nb=2", "a = 1\r\nb = 2\r\n"},
		{"mixed line ends stay", "a=1\r\nb=2\n", "a = 1\r\nb = 2\n"},
		{"byte order mark goes", "\uFEFFb {\na=1\n}\n", "b {\n  a = 1\n}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := config.Format("f.hcl", []byte(tt.src))
			if err != nil || string(got) != tt.want {
				t.Errorf("Format(%q) = %q, %v, want %q", tt.src, got, err, tt.want)
			}
		})
	}
}

func TestFormatRefusesSyntaxErrors(t *testing.T) {
	t.Parallel()
	got, err := config.Format("f.hcl", []byte("remote \"north\" {\n  password = \"hunter2\n}\n"))
	wrong, ok := errors.AsType[*config.Error](err)
	if got != nil || !ok {
		t.Fatalf("Format = %q, %v, want nil and a *config.Error", got, err)
	}
	if d := wrong.Diagnostics[0]; d.Position.File != "f.hcl" || d.Position.Line != 2 {
		t.Errorf("Format = %v, want a diagnostic for f.hcl:2", d)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Format = %v, which has the secret", err)
	}
}

// TestFormatKeepsMeaning compares what the good fixtures say before and after.
func TestFormatKeepsMeaning(t *testing.T) {
	changed := 0
	for _, name := range fixtures(t, "good") {
		if !strings.HasSuffix(name, ".hcl") {
			continue // JSON, or a folder
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// Every line without its indentation: where nothing was to do there is now, and positions stay in their lines.
		var flat bytes.Buffer
		for line := range bytes.Lines(src) {
			flat.Write(bytes.TrimLeft(line, " "))
		}
		formatted, err := config.Format(name, flat.Bytes())
		if err != nil {
			t.Errorf("Format(%s) = %v, want no error", name, err)
			continue
		}
		if !bytes.Equal(flat.Bytes(), formatted) {
			changed++
		}
		if before, after := meaning(t, name, src), meaning(t, name, formatted); !reflect.DeepEqual(before, after) {
			t.Errorf("%s formatted says\n%+v\nwant\n%+v", name, after, before)
		}
	}
	if least := 5; changed < least {
		t.Errorf("%d fixtures changed, want at least %d: the test sees nothing", changed, least)
	}
}

// meaning is the decoded configuration without the places in the file.
func meaning(t *testing.T, name string, src []byte) *config.Config {
	t.Helper()
	o, err := optionsOf(name)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse(name, src, o)
	if err != nil {
		t.Fatalf("Parse(%s) = %v, want no error", name, err)
	}
	seen := map[uintptr]bool{}
	dropPositions(reflect.ValueOf(cfg), seen)
	cfg.Warnings, cfg.Read, cfg.Hash = nil, nil, ""
	return cfg
}

// dropPositions zeroes every Position that v leads to.
func dropPositions(v reflect.Value, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		dropPositions(v.Elem(), seen)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[config.Position]() {
			if v.CanSet() {
				v.SetZero()
			}
			return
		}
		for _, field := range v.Fields() {
			dropPositions(field, seen)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			dropPositions(v.Index(i), seen)
		}
	default: // leads nowhere, or not to a Position
	}
}

// TestCopiedConfigurationsAreCanonical keeps what people copy in the form that fmt gives it.
func TestCopiedConfigurationsAreCanonical(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../deploy/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../deploy/*/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	if files = append(files, more...); len(files) < 2 {
		t.Errorf("%d files in deploy, want at least 2", len(files))
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		wantCanonical(t, name, string(src))
	}
	pages := map[string]int{"../README.md": 1, "../docs/configuration.md": 8, "../docs/loops.md": 8, "../docs/migrating.md": 1}
	for page, least := range pages {
		found := examples(t, page)
		if len(found) < least {
			t.Errorf("%d examples in %s, want at least %d", len(found), page, least)
		}
		for line, example := range found {
			wantCanonical(t, page+" at line "+strconv.Itoa(line), example)
		}
	}
}

func wantCanonical(t *testing.T, where, src string) {
	t.Helper()
	if got, err := config.Format("f.hcl", []byte(src)); err != nil || string(got) != src {
		t.Errorf("%s: Format = %v and\n%s\nwant it as it is:\n%s", where, err, got, src)
	}
}

// FuzzFormat checks that the canonical form of the canonical form is itself, and that both are refused, or mean the same.
func FuzzFormat(f *testing.F) {
	addFixtures(f, func(src []byte, _ bool) { f.Add(src) })
	f.Add([]byte("a=1\r\nb=<<-E\r\n  x\r\n E"))
	f.Fuzz(func(t *testing.T, src []byte) {
		once, err := config.Format("f.hcl", src)
		if err != nil {
			if _, ok := errors.AsType[*config.Error](err); !ok || once != nil {
				t.Fatalf("Format(%q) = %q, %v, want nil and an *Error", src, once, err)
			}
			return
		}
		twice, err := config.Format("f.hcl", once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("Format(%q) = %q, %v, want it as it is; it comes from %q", once, twice, err, src)
		}
		_, before := config.Parse("f.hcl", src, fuzzOptions())
		_, after := config.Parse("f.hcl", once, fuzzOptions())
		if (before == nil) != (after == nil) {
			t.Errorf("Parse(%q) = %v, and formatted %v, want both or neither", src, before, after)
		}
	})
}
