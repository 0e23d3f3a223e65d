package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// Blocks that a dynamic one makes share their place in the file. So that a message says which of them it means, it names the block by its
// label, or by its number where there is none.

// aboutNamed says of the diagnostics after the first n that they are about a block with a label, or about one within it.
func (d *decoder) aboutNamed(n int, kind, name string, label hcl.Range) {
	block := kind + " " + wording.Quote(name)
	for _, diag := range d.diags[n:] {
		if d.common.holds(diag) {
			continue // said once, for all of them
		}
		if inner := d.blocks[diag]; inner != "" {
			d.blocks[diag] = inner + " of " + block
		} else if d.labels[label] {
			d.blocks[diag] = block
		}
	}
}

// unnamed is a block without a label.
type unnamed interface{ place() hcl.Range }

func (raw *rawMatch) place() hcl.Range   { return raw.Def }
func (raw *rawMap) place() hcl.Range     { return raw.Def }
func (raw *rawGUIDMap) place() hcl.Range { return raw.Def }
func (raw *rawGiven) place() hcl.Range   { return raw.Def }
func (raw *rawExpect) place() hcl.Range  { return raw.Def }

// numbered decodes blocks without labels, one after the other. Those that the same dynamic block makes are told apart by their number.
func numbered[R unnamed](d *decoder, kind string, raws []R, decode func(R)) {
	number := 0
	for i, raw := range raws {
		n := len(d.diags)
		decode(raw)
		if i > 0 && raws[i-1].place() != raw.place() {
			number = 0
		}
		number++
		if !d.dynamics[raw.place()] {
			continue
		}
		for _, diag := range d.diags[n:] {
			d.blocks[diag] = fmt.Sprintf("%s %d", kind, number)
		}
	}
}
