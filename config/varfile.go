package config

import (
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
	"github.com/tcpiplink/tcpiplink-bridge/internal/smallfile"
)

// files reads the files of --var-file. Later ones win.
func (g *given) files(d *decoder) {
	g.inFiles = map[string]setting{}
	for _, path := range g.options.VarFiles {
		g.file(d, path)
	}
}

func (g *given) file(d *decoder, path string) {
	src, err := g.options.ReadFile(path)
	if err != nil {
		d.unreadable(hcl.Range{Filename: "--var-file " + path}, err, "Cannot read it: %v. Relative paths start at the working directory.", smallfile.Reason(err))
		return
	}
	file, diags := parse(path, src)
	rep := newReporter(path, src, file, !diags.HasErrors())
	rep.closed = true
	g.sources[path] = rep
	if diags.HasErrors() {
		d.diags = append(d.diags, diags...)
		return
	}
	d.diags = append(d.diags, d.scope.budget.meterBody(file.Body)...)
	attrs, diags := file.Body.JustAttributes()
	d.diags = append(d.diags, diags...)
	for _, attr := range inOrder(attrs) {
		g.inFiles[attr.Name] = setting{by: path, val: g.constant(d, attr), rng: attr.Expr.Range(), name: attr.NameRange}
	}
}

// constant evaluates a value that must not refer to anything.
func (g *given) constant(d *decoder, attr *hcl.Attribute) cty.Value {
	val, diags := d.scope.budget.evaluate(attr.Expr, nil)
	switch {
	case d.scope.budget.spent:
		d.explain(diags)
		return cty.DynamicVal
	case diags.HasErrors():
		d.errorf(attr.Expr.Range(), "Not a constant", "The value of %s must be written out: references and functions belong into the configuration. A text needs double quotes.", wording.Quote(attr.Name))
		return cty.DynamicVal
	}
	return val
}

// givenName begins a line of a file of values. What follows may be the value of a sensitive variable.
var givenName = regexp.MustCompile(`^\s*\{?\s*"?[A-Za-z_][\w-]*"?\s*[=:]\s*`)

// closeLines hides all but the names.
func closeLines(lines []sourceLine) {
	for i := range lines {
		line := &lines[i]
		at := 0
		if loc := givenName.FindStringIndex(line.text); loc != nil {
			at = loc[1]
		}
		if at < line.cut {
			line.cut, line.secret = at, true
		}
	}
}
