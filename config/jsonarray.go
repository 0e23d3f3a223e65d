package config

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// tellApart gives blocks that are the elements of an array in JSON each its own place. HCL says of all of them that they are where the array begins.
func (d *decoder) tellApart(blocks hcl.Blocks) {
	arrays := map[hcl.Range][]hcl.Range{} // the elements that are left of each
	for _, block := range blocks {
		elements, known := arrays[block.DefRange]
		if !known {
			elements = d.elementsAt(block.DefRange)
		}
		if len(elements) > 0 {
			arrays[block.DefRange] = elements[1:]
			block.DefRange = elements[0]
		}
	}
}

// elementsAt returns where the elements of the array begin that is in a file in JSON at a place; nil if none is there.
func (d *decoder) elementsAt(array hcl.Range) []hcl.Range {
	source := d.sources[array.Filename]
	if source == nil || array.Start.Byte >= len(source.Text) || source.Text[array.Start.Byte] != '[' {
		return nil
	}
	text := source.Text[array.Start.Byte:]
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil
	}
	var elements []hcl.Range
	at, passed := array.Start, 0
	for decoder.More() {
		var element json.RawMessage
		if decoder.Decode(&element) != nil {
			break
		}
		start := int(decoder.InputOffset()) - len(element)
		at = after(at, text[passed:start])
		passed = start
		end := at
		end.Column++
		end.Byte++
		elements = append(elements, hcl.Range{Filename: array.Filename, Start: at, End: end})
	}
	return elements
}

// after returns the place behind a text that begins at another.
func after(at hcl.Pos, text []byte) hcl.Pos {
	at.Byte += len(text)
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		at.Line += bytes.Count(text, []byte{'\n'})
		at.Column, text = 1, text[i+1:]
	}
	at.Column += utf8.RuneCount(text)
	return at
}
