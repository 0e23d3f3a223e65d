package syntax

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// Summaries of HCL.
const (
	unclosedBlock = "Unclosed configuration block"
	noItem        = "Argument or block definition required"
	noBlock       = "Invalid block definition"
	moreInLine    = "Missing newline after argument"
	moreBehind    = "Missing newline after block definition"
	strayComma    = "Unexpected comma after argument"
	noExpression  = "Invalid expression"
	noSuchChar    = "Invalid character"
)

// What is right, for several mistakes.
const (
	setAttribute  = `An attribute is set with =, such as level = "info".`
	openBlock     = `A block has its { on the same line, such as remote "north" {.`
	noEquals      = `A block has no =, such as remote "north" {.`
	oneLine       = "A block on one line has one attribute. Give each attribute a line of its own, and the } too."
	tooManyBraces = "There is one } too many, or a { above it is missing."
	endOfList     = "The elements of a list have commas between them, and ] behind the last."
	endOfCall     = "The arguments of a function have commas between them, and ) behind the last."
	betweenPairs  = "In braces there are pairs such as { a = 1, b = 2 }, with commas or new lines between them, and } behind the last."
	interpolation = "In a text, ${ begins an expression and } ends it. For the characters ${ as such write $${."
	noQuotes      = `A text is put in double quotes: ".`
	needsValue    = "A value is missing here: a text in double quotes, a number, true or false, a list in brackets, or an expression."
)

// rights says by HCL's summary what is right where that does not depend on the tokens.
var rights = map[string]string{
	"Invalid argument name":                           "The name of an attribute has no quotes. " + setAttribute,
	"Invalid single-argument block definition":        oneLine,
	"Argument definition required":                    oneLine,
	"Missing item separator":                          endOfList,
	"Unterminated tuple constructor expression":       endOfList,
	"Missing argument separator":                      endOfCall,
	"Unterminated function call":                      endOfCall,
	"Missing closing parenthesis":                     endOfCall,
	"Missing expression":                              needsValue,
	"Missing false expression in conditional":         "A condition has two values: CONDITION ? VALUE : VALUE.",
	"Invalid attribute name":                          `Behind a dot there is a name without quotes, as in remote.north. For a name with other characters there is remote["north"].`,
	"Missing attribute separator":                     betweenPairs,
	"Missing key/value separator":                     betweenPairs,
	"Missing attribute value":                         betweenPairs,
	"Unterminated object constructor expression":      betweenPairs,
	"Unclosed template interpolation sequence":        interpolation,
	"Extra characters after interpolation expression": interpolation,
	"Invalid escape sequence":                         `In a text, \ begins something special, such as \n for a new line. For a \ as such write \\; in a path, / will do.`,
}

// explain puts a diagnostic into words that say what is right.
func (f *file) explain(d *hcl.Diagnostic) {
	i, found := f.at(d.Subject.Start)
	switch {
	case d.Summary == unclosedBlock:
		f.openBraces(d)
		return
	case found && f.unquoted(d, i):
		return
	}
	right := rights[d.Summary]
	if found {
		right = cmp.Or(f.right(d.Summary, i), right)
	}
	if right != "" {
		d.Detail, d.Extra = right, diag.Own{}
		f.move(d, i)
	}
}

// right says what is right where the parser did not expect a token.
func (f *file) right(summary string, i int) string {
	token, next := f.token(i), f.token(i+1)
	switch summary {
	case noItem:
		return f.item(token, next)
	case noBlock:
		return f.block(i)
	case moreInLine:
		return f.more(i)
	case moreBehind, strayComma:
		return behind(summary, token, next)
	case noExpression:
		if ends(token) {
			return needsValue
		}
	case noSuchChar:
		switch text := string(token.Bytes); {
		case text == "$" && adjacent(token, next):
			return `A variable of the environment is read with env("NAME").`
		case strings.ContainsAny(text, "'`“”„‘’«»"):
			return noQuotes
		}
	}
	return ""
}

// item is for what is neither attribute nor block.
func (f *file) item(token, next hclsyntax.Token) string {
	switch {
	case token.Type == hclsyntax.TokenCBrace:
		return tooManyBraces
	case token.Type != hclsyntax.TokenIdent:
		return `An attribute, such as level = "info", or a block, such as log {, is expected here.`
	case next.Type != hclsyntax.TokenColon && next.Type != hclsyntax.TokenEqualOp && f.isBlock(string(token.Bytes)):
		return openBlock
	default:
		return setAttribute
	}
}

// block is for a block without {, or an attribute without =: the token behind its labels is told of.
func (f *file) block(i int) string {
	switch {
	case f.token(i).Type == hclsyntax.TokenEqual:
		return noEquals
	case f.isBlock(string(f.token(f.head(i)).Bytes)):
		return openBlock
	default:
		return setAttribute
	}
}

// head returns the first token of the attribute or block that a token belongs to.
func (f *file) head(i int) int {
	for i--; i > 0 && !ends(f.token(i-1)) && f.token(i-1).Type != hclsyntax.TokenOBrace; i-- {
	}
	return max(i, 0)
}

// more is for what follows a value on its line.
func (f *file) more(i int) string {
	switch at := f.token(i).Type; {
	case isOperator(f.token(i)) || isOperator(f.token(i-1)):
		return "The operators are && for and, || for or, and ! for not."
	case at == hclsyntax.TokenOBrace:
		return noEquals
	case at == hclsyntax.TokenCBrace:
		return "The } of a block of several lines stands on a line of its own."
	case at == hclsyntax.TokenOQuote && f.token(i-1).Type == hclsyntax.TokenIdent:
		return `The arguments of a function are put in parentheses, such as env("NAME").`
	}
	return "A value ends with its line. Put a text in double quotes, and begin the next attribute on a line of its own."
}

// isOperator reports whether a token is what other languages have for &&, || or !.
func isOperator(token hclsyntax.Token) bool {
	return slices.Contains([]string{"and", "or", "not"}, string(token.Bytes))
}

// behind is for what follows a block, or a comma that follows a value.
func behind(summary string, token, next hclsyntax.Token) string {
	switch {
	case summary == strayComma && ends(next):
		return "Attributes have no commas between them. Remove it."
	case summary == strayComma:
		return `Several values are a list, in brackets, such as ["a", "b"]. Attributes have no commas between them.`
	case token.Type == hclsyntax.TokenCBrace:
		return tooManyBraces
	default:
		return "Behind the } of a block a new line begins."
	}
}

// move puts what is missing at the end of a line there, and not on the next line with something on it, and what is missing behind a name to it.
func (f *file) move(d *hcl.Diagnostic, i int) {
	switch {
	case d.Detail == endOfList || d.Detail == endOfCall:
		for i--; i > 0 && ends(f.token(i)); i-- {
		}
		if before := f.token(i).Range; before.End.Line > 0 && before.End.Line < d.Subject.Start.Line {
			d.Subject = &hcl.Range{Filename: before.Filename, Start: before.End, End: before.End}
		}
	case d.Detail == setAttribute && d.Summary == noBlock:
		name := f.token(f.head(i)).Range
		d.Subject = &name
	}
}

// ends reports whether a token ends a line.
func ends(token hclsyntax.Token) bool {
	switch token.Type {
	case hclsyntax.TokenNewline, hclsyntax.TokenComment, hclsyntax.TokenEOF:
		return true
	default:
		return false
	}
}
