package config

import (
	"math"
	"strconv"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// Document is a configuration as it is in effect: no variables, locals or functions, and every default filled in. It holds no secret.
type Document struct {
	Blocks []*Block // in the order of the reference, and of the file where there are several of a type
}

// Block is a block of a Document.
type Block struct {
	Type       string
	Labels     []string
	Attributes []Attribute // in the order of the reference; what has no value is not there
	Blocks     []*Block
}

// Attribute is an attribute of a Block.
type Attribute struct {
	Name string
	// Value is a text, a number, a bool or a tuple of them, in a form that the loader reads. A secret is the text ***, or a tuple with
	// this text alone.
	Value   cty.Value
	Remotes bool // the texts are names of remotes, which stand for references
	File    bool // the text is the path of a file that holds the value, which stands for file(PATH)
}

// Effective returns what a configuration says, with every default. Passwords are hidden, and so are attributes whose values came from
// env, file, credential, the environment or a sensitive variable; of a user and a password that are read from a file it has the path. Loading
// what HCL or JSON writes of it gives an equal configuration, but for what is hidden. Paths are as in cfg: relative to the working
// directory, or absolute.
func Effective(cfg *Config) *Document {
	e := &encoder{hidden: cfg.sensitive}
	doc := &Document{Blocks: e.daemon(cfg)}
	for _, r := range cfg.Remotes {
		doc.Blocks = append(doc.Blocks, e.remote(r))
	}
	for _, r := range cfg.Routes {
		doc.Blocks = append(doc.Blocks, e.route(r))
	}
	for _, t := range cfg.Tests {
		doc.Blocks = append(doc.Blocks, e.test(t))
	}
	return doc
}

// encoder is the decoder's way back.
type encoder struct {
	hidden map[string]bool // paths of attributes, as places.paths has them
	all    bool            // also what is without effect, for the defaults of the reference
}

// blockWriter fills one block.
type blockWriter struct {
	*Block

	path   string
	hidden map[string]bool
	all    bool
}

func (e *encoder) block(kind string, labels ...string) *blockWriter {
	w := &blockWriter{hidden: e.hidden, all: e.all}
	return w.child("", kind, labels...)
}

// child returns a writer of a block that is part of nothing yet.
func (w *blockWriter) child(path, kind string, labels ...string) *blockWriter {
	path += kind
	for _, label := range labels {
		path += "." + label
	}
	return &blockWriter{Block: &Block{Type: kind, Labels: labels}, path: path, hidden: w.hidden, all: w.all}
}

// inner adds a block within.
func (w *blockWriter) inner(kind string) *blockWriter {
	c := w.child(w.path+".", kind)
	w.Blocks = append(w.Blocks, c.Block)
	return c
}

// put adds an attribute, unless the value is cty.NilVal. Its value is hidden if the file's value of it was sensitive, or that of
// another attribute of the block that it is made of.
func (w *blockWriter) put(name string, val cty.Value, madeOf ...string) {
	if val == cty.NilVal {
		return
	}
	secret := name == secretAttr || w.hidden[w.path+"."+name]
	for _, other := range madeOf {
		secret = secret || w.hidden[w.path+"."+other]
	}
	w.Attributes = append(w.Attributes, Attribute{Name: name, Value: veil(val, secret)})
}

// credential adds a user name or a password, or where it is read from.
func (w *blockWriter) credential(name string, c Credential) {
	switch {
	case c.file != "" && !c.unquoted:
		w.Attributes = append(w.Attributes, Attribute{Name: name, Value: cty.StringVal(c.file), File: true})
	case c.file != "":
		w.put(name, cty.StringVal(hidden))
	default:
		w.put(name, text(c.text.Reveal()))
	}
}

// veil hides a value if it is secret; of a list also how long it is.
func veil(val cty.Value, secret bool) cty.Value {
	switch {
	case !secret:
		return val
	case val.Type().IsTupleType():
		return cty.TupleVal([]cty.Value{cty.StringVal(hidden)})
	default:
		return cty.StringVal(hidden)
	}
}

// effective adds an attribute only where it has an effect: elsewhere the loader would warn of it.
func (w *blockWriter) effective(effect bool, name string, val cty.Value) {
	if effect || w.all {
		w.put(name, val)
	}
}

// refer adds a list of remotes, if there are any. Names of remotes are in every message, and no secret.
func (w *blockWriter) refer(name string, remotes []*Remote) {
	if len(remotes) > 0 {
		w.Attributes = append(w.Attributes, Attribute{Name: name, Value: texts(names(remotes)), Remotes: true})
	}
}

// The functions below make values of attributes. cty.NilVal stands for what has no value.

func text[T ~string](s T) cty.Value {
	if s == "" {
		return cty.NilVal
	}
	return cty.StringVal(string(s))
}

func texts[T ~string](list []T) cty.Value {
	vals := make([]cty.Value, len(list))
	for i, s := range list {
		vals[i] = cty.StringVal(string(s))
	}
	return tuple(vals)
}

// textOrTexts is for lists that may be written as one value.
func textOrTexts[T ~string](list []T) cty.Value {
	if len(list) == 1 {
		return cty.StringVal(string(list[0]))
	}
	return texts(list)
}

func tuple(vals []cty.Value) cty.Value {
	if len(vals) == 0 {
		return cty.NilVal
	}
	return cty.TupleVal(vals)
}

func span(d time.Duration) cty.Value { return cty.StringVal(wording.Span(d)) }

// someSpan is for time spans of which zero is none.
func someSpan(d time.Duration) cty.Value {
	if d == 0 {
		return cty.NilVal
	}
	return span(d)
}

func whole(n int) cty.Value { return cty.NumberIntVal(int64(n)) }

func someWhole(n int) cty.Value {
	if n == 0 {
		return cty.NilVal
	}
	return whole(n)
}

// someNumber is for numbers of which zero or infinite is none.
func someNumber(f float64) cty.Value {
	if f == 0 || math.IsInf(f, 0) {
		return cty.NilVal
	}
	return cty.NumberFloatVal(f)
}

// orAuto writes 0 as "auto".
func orAuto[T comparable](n T, value func(T) cty.Value) cty.Value {
	var zero T
	if n == zero {
		return cty.StringVal("auto")
	}
	return value(n)
}

// stringers writes values in their text form.
func stringers[T interface{ String() string }](list []T) cty.Value {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return texts(out)
}

// rangesOf writes numbers and ranges; token may have a word for a number.
func rangesOf(ranges []Range, token func(n uint16) string) cty.Value {
	vals := make([]cty.Value, len(ranges))
	for i, r := range ranges {
		switch {
		case r.Min != r.Max:
			vals[i] = cty.StringVal(strconv.Itoa(int(r.Min)) + "-" + strconv.Itoa(int(r.Max)))
		default:
			vals[i] = numberOr(r.Min, token)
		}
	}
	if len(vals) == 1 {
		return vals[0]
	}
	return tuple(vals)
}

// numberOr writes the word for a number, if there is one.
func numberOr(n uint16, token func(uint16) string) cty.Value {
	if token != nil {
		if word := token(n); word != "" {
			return cty.StringVal(word)
		}
	}
	return cty.NumberUIntVal(uint64(n))
}
