package expr

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// ByteOrderMark is what spreadsheets and some editors begin a text file with. In a table it would be a part of the first column's name, in a
// secret a part of that.
const ByteOrderMark = "\ufeff"

// tableFunction is csvdecode: cty's, but for byte order marks and with messages that say which lines are wrong, and quote none.
func tableFunction() function.Function {
	f := stdlib.CSVDecodeFunc
	plain := func(args []cty.Value) (text string, plain []cty.Value) {
		if args[0].Type() != cty.String || !args[0].IsKnown() || args[0].IsNull() {
			return "", args
		}
		text = strings.TrimPrefix(args[0].AsString(), ByteOrderMark)
		return text, []cty.Value{cty.StringVal(text)}
	}
	return function.New(&function.Spec{
		Description: f.Description(),
		Params:      f.Params(),
		Type: func(args []cty.Value) (cty.Type, error) {
			text, args := plain(args)
			ty, err := f.ReturnTypeForValues(args)
			return ty, malformed(text, err)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, args := plain(args)
			val, err := f.Call(args)
			return val, malformed(text, err)
		},
	})
}

// malformed says in which lines a table is wrong, if decoding it failed.
func malformed(text string, err error) error {
	if err == nil {
		return nil
	}
	why := wrongLines(text)
	if why == "" {
		return err
	}
	return &CallError{Summary: "Malformed table", Detail: why, Discreet: why}
}

// mostLines is how many wrong lines are told of.
const mostLines = 5

// wrongLines tells the lines of a table that are wrong, without anything of what stands in them.
func wrongLines(text string) string {
	r := csv.NewReader(strings.NewReader(text))
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return "It is empty. The first line must have the names of the columns."
	}
	var uneven []string
	more := 0
	for err == nil || errors.Is(err, csv.ErrFieldCount) {
		var record []string
		record, err = r.Read()
		if !errors.Is(err, csv.ErrFieldCount) {
			continue
		}
		if len(uneven) == mostLines {
			more++
			continue
		}
		line, _ := r.FieldPos(0)
		uneven = append(uneven, fmt.Sprintf("line %d has %d", line, len(record)))
	}
	if more > 0 {
		uneven = append(uneven, fmt.Sprintf("%d more lines are wrong", more))
	}
	broken, isBroken := errors.AsType[*csv.ParseError](err)
	switch {
	case isBroken && broken.StartLine != broken.Line:
		return fmt.Sprintf("Line %d, column %d, of a row that begins in line %d: %s.", broken.Line, broken.Column, broken.StartLine, broken.Err)
	case isBroken:
		return fmt.Sprintf("Line %d, column %d: %s.", broken.Line, broken.Column, broken.Err)
	case len(uneven) > 0:
		return fmt.Sprintf("The first line names %s, but %s.", columns(len(header)), wording.Join(uneven, "and"))
	case hasTwins(header):
		return "The first line names a column twice."
	default:
		return ""
	}
}

func columns(n int) string {
	if n == 1 {
		return "1 column"
	}
	return fmt.Sprintf("%d columns", n)
}

func hasTwins(names []string) bool {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}
