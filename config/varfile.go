package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
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
	g.sources[path] = &diag.Source{Name: path, Text: src, File: file, Parsed: !diags.HasErrors(), NamesOnly: true, Language: language{}}
	if diags.HasErrors() {
		d.diags = append(d.diags, diags...)
		return
	}
	d.diags = append(d.diags, d.scope.budget.MeterBody(file.Body)...)
	attrs, diags := file.Body.JustAttributes()
	d.diags = append(d.diags, diags...)
	for _, attr := range inOrder(attrs) {
		g.inFiles[attr.Name] = setting{by: path, val: g.constant(d, attr), rng: attr.Expr.Range(), name: attr.NameRange}
	}
}

// constant evaluates a value that must not refer to anything.
func (g *given) constant(d *decoder, attr *hcl.Attribute) cty.Value {
	val, diags := d.scope.budget.Evaluate(attr.Expr, nil)
	switch {
	case d.scope.budget.Spent():
		d.explain(diags)
		return cty.DynamicVal
	case diags.HasErrors():
		d.errorf(attr.Expr.Range(), "Not a constant", "The value of %s must be written out: references and functions belong in the configuration. A text needs double quotes.", wording.Quote(attr.Name))
		return cty.DynamicVal
	}
	return val
}
