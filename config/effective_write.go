package config

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// HCL returns the document in HCL's native syntax, in the canonical form.
func (d *Document) HCL() []byte {
	file := hclwrite.NewEmptyFile()
	for i, b := range d.Blocks {
		if i > 0 {
			file.Body().AppendNewline()
		}
		file.Body().AppendBlock(b.native())
	}
	return file.Bytes() // which formats
}

func (b *Block) native() *hclwrite.Block {
	out := hclwrite.NewBlock(b.Type, b.Labels)
	for i := range b.Attributes {
		out.Body().SetAttributeRaw(b.Attributes[i].Name, b.Attributes[i].tokens())
	}
	for i, inner := range b.Blocks {
		if i > 0 || len(b.Attributes) > 0 {
			out.Body().AppendNewline()
		}
		out.Body().AppendBlock(inner.native())
	}
	return out
}

// longList is how much of a list, in bytes, stands on one line.
const longList = 100

// tokens writes the value; a long list with each element on a line of its own.
func (a *Attribute) tokens() hclwrite.Tokens {
	if !a.Value.Type().IsTupleType() {
		return a.element(a.Value)
	}
	var list []hclwrite.Tokens
	length := 0
	for _, val := range a.Value.AsValueSlice() {
		element := a.element(val)
		list = append(list, element)
		length += len(element.Bytes()) + len(", ")
	}
	if length <= longList {
		return hclwrite.TokensForTuple(list)
	}
	end := &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}
	tokens := hclwrite.Tokens{{Type: hclsyntax.TokenOBrack, Bytes: []byte("[")}, end}
	for _, element := range list {
		tokens = append(append(tokens, element...), &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")}, end)
	}
	return append(tokens, &hclwrite.Token{Type: hclsyntax.TokenCBrack, Bytes: []byte("]")})
}

func (a *Attribute) element(val cty.Value) hclwrite.Tokens {
	switch {
	case a.Remotes:
		return hclwrite.TokensForTraversal(remoteTraversal(val.AsString()))
	case a.File:
		return hclwrite.TokensForFunctionCall("file", hclwrite.TokensForValue(val))
	default:
		return hclwrite.TokensForValue(val)
	}
}

// remoteTraversal is remote.NAME, or remote["NAME"] where the name is no identifier.
func remoteTraversal(name string) hcl.Traversal {
	if hclsyntax.ValidIdentifier(name) {
		return hcl.Traversal{hcl.TraverseRoot{Name: "remote"}, hcl.TraverseAttr{Name: name}}
	}
	return hcl.Traversal{hcl.TraverseRoot{Name: "remote"}, hcl.TraverseIndex{Key: cty.StringVal(name)}}
}

// JSON returns the document in HCL's JSON form, indented, with a line end after it.
func (d *Document) JSON() []byte {
	var compact, out bytes.Buffer
	writeBlocks(&compact, nil, d.Blocks)
	// What was written cannot be wrong.
	_ = json.Indent(&out, compact.Bytes(), "", "  ")
	out.WriteByte('\n')
	return out.Bytes()
}

// writeBlocks writes an object of attributes and of blocks, which are gathered by type: those with a label in an object,
// others in a list if there are several.
func writeBlocks(out *bytes.Buffer, attrs []Attribute, blocks []*Block) {
	var members object
	for i := range attrs {
		members.add(attrs[i].Name, func() { attrs[i].writeJSON(out) })
	}
	var types []string
	groups := map[string][]*Block{}
	for _, b := range blocks {
		if groups[b.Type] == nil {
			types = append(types, b.Type)
		}
		groups[b.Type] = append(groups[b.Type], b)
	}
	for _, kind := range types {
		members.add(kind, func() { writeGroup(out, groups[kind]) })
	}
	members.write(out)
}

func writeGroup(out *bytes.Buffer, group []*Block) {
	switch first := group[0]; {
	case len(first.Labels) > 0:
		var members object
		for _, b := range group {
			members.add(b.Labels[0], func() { writeBlocks(out, b.Attributes, b.Blocks) })
		}
		members.write(out)
	case len(group) == 1:
		writeBlocks(out, first.Attributes, first.Blocks)
	default:
		writeList(out, len(group), func(i int) { writeBlocks(out, group[i].Attributes, group[i].Blocks) })
	}
}

// object is a JSON object whose members keep their order.
type object []struct {
	name  string
	value func()
}

func (o *object) add(name string, value func()) {
	*o = append(*o, struct {
		name  string
		value func()
	}{name, value})
}

func (o *object) write(out *bytes.Buffer) {
	out.WriteByte('{')
	for i, m := range *o {
		if i > 0 {
			out.WriteByte(',')
		}
		writeString(out, m.name)
		out.WriteByte(':')
		m.value()
	}
	out.WriteByte('}')
}

func writeList(out *bytes.Buffer, n int, element func(i int)) {
	out.WriteByte('[')
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		element(i)
	}
	out.WriteByte(']')
}

func (a *Attribute) writeJSON(out *bytes.Buffer) {
	if !a.Value.Type().IsTupleType() {
		a.writeScalar(out, a.Value)
		return
	}
	list := a.Value.AsValueSlice()
	writeList(out, len(list), func(i int) { a.writeScalar(out, list[i]) })
}

func (a *Attribute) writeScalar(out *bytes.Buffer, val cty.Value) {
	switch {
	case a.Remotes || a.File:
		writeString(out, "${"+string(a.element(val).Bytes())+"}")
	case val.Type() == cty.Bool && val.True():
		out.WriteString("true")
	case val.Type() == cty.Bool:
		out.WriteString("false")
	case val.Type() == cty.Number:
		out.WriteString(val.AsBigFloat().Text('f', -1))
	default: // the loader takes a text for a template
		writeString(out, strings.NewReplacer("${", "$${", "%{", "%%{").Replace(val.AsString()))
	}
}

func writeString(out *bytes.Buffer, s string) {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)             // of a text, into memory
	out.Truncate(out.Len() - 1) // its line end
}
