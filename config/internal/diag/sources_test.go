package diag

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const sampleText = "remote \"a\" {\n  user     = 5\n  password = hunter2 # old\n}\n"

// source parses the sample, and returns it with the place of a part of it.
func source(t *testing.T, part string) (*Source, hcl.Range) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(sampleText), "f.hcl", hcl.InitialPos)
	at := strings.Index(sampleText, part)
	if diags.HasErrors() || at < 0 {
		t.Fatalf("the sample: %v, want it without mistakes and with %q", diags, part)
	}
	before := sampleText[:at]
	start := hcl.Pos{Line: 1 + strings.Count(before, "\n"), Column: at - strings.LastIndexByte(before, '\n'), Byte: at}
	end := hcl.Pos{Line: start.Line, Column: start.Column + len(part), Byte: at + len(part)}
	return &Source{Name: "f.hcl", Text: []byte(sampleText), File: file, Parsed: true, Language: sample{}}, hcl.Range{Filename: "f.hcl", Start: start, End: end}
}

func TestReport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, part string
		change     func(*Source)
		want       string
	}{
		{"open", "5", nil, "f.hcl:2,14-15: error in remote \"a\": Wrong\n  2 |   user     = 5\n    |              ^\n  It is 7."},
		{"secret", "hunter2", nil, "f.hcl:3,14-17: error in remote \"a\": Wrong\n  3 |   password = ***\n    |              ^^^\n  It is 7."},
		{"hidden", "5", func(s *Source) { s.Hidden = []hcl.Range{{Start: hcl.Pos{Line: 2}, End: hcl.Pos{Line: 2}}} }, "f.hcl:2,14-17: error in remote \"a\": Wrong\n  2 |   user     = ***\n    |              ^^^\n  It is 7."},
		{"names only", "5", func(s *Source) { s.NamesOnly = true }, "f.hcl:2,14-17: error in remote \"a\": Wrong\n  2 |   user     = ***\n    |              ^^^\n  It is 7."},
		{"not parsed", "hunter2", func(s *Source) { s.Parsed = false }, "f.hcl:3,14-17: error: Wrong\n  3 |   password = ***\n    |              ^^^\n  It is 7."},
		{"no language", "5", func(s *Source) { s.Language, s.Parsed = nil, false }, "f.hcl:2,14-15: error: Wrong\n  It is 7."},
	} {
		src, rng := source(t, tt.part)
		if tt.change != nil {
			tt.change(src)
		}
		got := Sources{"f.hcl": src}.Report(hcl.Diagnostics{New(rng, "Wrong", "It is %d.", 7)}, "f.hcl", nil)
		if len(got) != 1 || got[0].String() != tt.want {
			t.Errorf("%s: Report =\n%v\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// TestReportOfParser hides the words of a parser about what may be a secret, and no words of ours.
func TestReportOfParser(t *testing.T) {
	t.Parallel()
	src, rng := source(t, "hunter2")
	src.Parsed = false
	theirs := &hcl.Diagnostic{Severity: hcl.DiagError, Subject: &rng, Summary: "hunter2", Detail: "There is no hunter2."}
	for _, d := range (Sources{"f.hcl": src}).Report(hcl.Diagnostics{theirs}, "f.hcl", nil) {
		if strings.Contains(d.String(), "hunter2") || d.Summary != "Syntax error" {
			t.Errorf("Report = %v, want a syntax error without the text", d)
		}
	}
}

// TestReportFolds tells of blocks that share their place once, and names the others.
func TestReportFolds(t *testing.T) {
	t.Parallel()
	src, rng := source(t, "5")
	blocks := map[*hcl.Diagnostic]string{}
	var diags hcl.Diagnostics
	for _, block := range []string{"remote \"a\"", "remote \"b\"", "remote \"b\"", "remote \"c\""} {
		d := New(rng, "Wrong", "It is 7.")
		blocks[d] = block
		diags = append(diags, d)
	}
	got := Sources{"f.hcl": src}.Report(diags, "f.hcl", blocks)
	if want := "It is 7. Likewise in remote \"b\" and remote \"c\"."; len(got) != 1 || got[0].Detail != want {
		t.Errorf("Report = %v, want one diagnostic with %q", got, want)
	}
}

func TestRemark(t *testing.T) {
	t.Parallel()
	src, rng := source(t, "5")
	if got, want := src.Remark(PositionOf(rng), SeverityWarning, "Odd", "Is it?").String(), "f.hcl:2,14-15: warning in remote \"a\": Odd\n  2 |   user     = 5\n    |              ^\n  Is it?"; got != want {
		t.Errorf("Remark =\n%s\nwant\n%s", got, want)
	}
	far := Position{File: "f.hcl", Line: 99, Column: 1}
	for name, s := range map[string]*Source{"a place that is not there": src, "no source": nil} {
		if got, want := s.Remark(far, SeverityError, "Odd", "Is it?").String(), "f.hcl:99,1-1: error: Odd\n  Is it?"; got != want {
			t.Errorf("Remark of %s =\n%s\nwant\n%s", name, got, want)
		}
	}
}
