package expr

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// The parsers of HCL, JSON and YAML call themselves for each level of nesting, and what is nested deeply enough ends the process: a Go program
// cannot recover from a stack that is too large. So the nesting is counted before anything is parsed. Nobody writes as much by hand.
const (
	maxNesting   = 200  // brackets, quotes and templates within one another
	maxOperators = 1000 // of one expression: they nest without brackets
)

// tooDeep returns the first token that is nested too deeply, or nil.
func tooDeep(tokens hclsyntax.Tokens) *hclsyntax.Token {
	type level struct {
		brace     bool // a newline ends an expression in it
		operators int
	}
	levels := []level{{brace: true}}
	for i := range tokens {
		top := &levels[len(levels)-1]
		switch tokens[i].Type { //nolint:exhaustive // the others do not nest
		case hclsyntax.TokenOBrace, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			levels = append(levels, level{brace: tokens[i].Type == hclsyntax.TokenOBrace})
		case hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateControl:
			top.operators++ // an index and a directive nest without closing brackets
			levels = append(levels, level{})
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			levels = levels[:max(len(levels)-1, 1)]
		case hclsyntax.TokenComma:
			top.operators = 0
		case hclsyntax.TokenNewline:
			if top.brace {
				top.operators = 0
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
			hclsyntax.TokenQuestion, hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual,
			hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq:
			top.operators++
		}
		if len(levels) > maxNesting || top.operators > maxOperators {
			return &tokens[i]
		}
	}
	return nil
}

// CheckNative refuses a file in HCL's native syntax that is nested too deeply.
func CheckNative(filename string, src []byte) hcl.Diagnostics {
	tokens, _ := hclsyntax.LexConfig(src, filename, hcl.InitialPos) // the parser tells what is wrong
	if token := tooDeep(tokens); token != nil {
		return hcl.Diagnostics{deep(token.Range)}
	}
	return nil
}

func deep(rng hcl.Range) *hcl.Diagnostic {
	return diag.New(rng, "Nested too deeply", "More than %d brackets or templates within one another, or %d operators in one expression, are refused. Give names to parts with locals.", maxNesting, maxOperators)
}

// DeepText reports whether a text is nested too deeply for an expression, or for a template.
func DeepText(text []byte) bool {
	if len(text) <= maxNesting {
		return false
	}
	expression, _ := hclsyntax.LexExpression(text, "", hcl.InitialPos)
	template, _ := hclsyntax.LexTemplate(text, "", hcl.InitialPos)
	return tooDeep(expression) != nil || tooDeep(template) != nil
}

// jsonToken is a bracket or a text of JSON.
var jsonToken = regexp.MustCompile(`[][{}]|"(?:\\.|[^"\\])*"?`)

// CheckJSON refuses a file in JSON that is nested too deeply. Its texts are templates or expressions.
func CheckJSON(filename string, src []byte) hcl.Diagnostics {
	depth := 0
	for rest := src; ; {
		loc := jsonToken.FindIndex(rest)
		if loc == nil {
			return nil
		}
		token := rest[loc[0]:loc[1]]
		at := len(src) - len(rest) + loc[0]
		rest = rest[loc[1]:]
		switch token[0] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		default:
			var text string
			if json.Unmarshal(token, &text) != nil {
				text = string(token)
			}
			if DeepText([]byte(text)) {
				return hcl.Diagnostics{deep(rangeAt(filename, src, at))}
			}
		}
		if depth > maxNesting {
			return hcl.Diagnostics{deep(rangeAt(filename, src, at))}
		}
	}
}

// rangeAt returns the place of a byte.
func rangeAt(filename string, src []byte, at int) hcl.Range {
	line := bytes.LastIndexByte(src[:at], '\n') + 1
	start := hcl.Pos{Line: 1 + bytes.Count(src[:at], []byte("\n")), Column: 1 + at - line, Byte: at}
	end := start
	end.Column++
	end.Byte++
	return hcl.Range{Filename: filename, Start: start, End: end}
}

// shallow wraps a function that decodes a text, so that it refuses one that is nested too deeply.
func shallow(f function.Function, isDeep func(string) bool) function.Function {
	check := func(args []cty.Value) error {
		text, _ := args[0].Unmark()
		if text.Type() == cty.String && text.IsKnown() && !text.IsNull() && isDeep(text.AsString()) {
			const why = "The text has too many brackets within one another."
			return &CallError{Summary: "Nested too deeply", Detail: why, Discreet: why}
		}
		return nil
	}
	return function.New(&function.Spec{
		Params: f.Params(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := check(args); err != nil {
				return cty.DynamicPseudoType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}

// deepJSON counts brackets outside of texts.
func deepJSON(text string) bool {
	depth := 0
	for _, token := range jsonToken.FindAllString(text, -1) {
		switch token[0] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > maxNesting {
			return true
		}
	}
	return false
}

// yamlEntries are the beginnings of entries in entries on one line.
var yamlEntries = regexp.MustCompile(`(?:[-?:][ \t]+)+`)

// deepYAML counts brackets that are still open, and entries on one line. What is nested over many lines is indented, and so is limited
// by the length of the text.
func deepYAML(text string) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		}
		if depth > maxNesting {
			return true
		}
	}
	for _, entries := range yamlEntries.FindAllString(text, -1) {
		if len(strings.Fields(entries)) > maxNesting {
			return true
		}
	}
	return false
}
