package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/diag"
)

// lacks complains of something that is not there, and notes the words that it could have been: separated by blanks, with the block in front
// where they stand elsewhere than the complaint, as in bridge.state_dir; or anyWord.
func (d *decoder) lacks(words string, rng hcl.Range, summary, format string, args ...any) {
	mistake := diag.New(rng, summary, format, args...)
	mistake.Extra = diag.Own{Lacks: words}
	d.diags = append(d.diags, mistake)
}

// anyWord stands for all words of a block.
const anyWord = "*"

// unexpected are the summaries of HCL about names, and what else it does not expect in a block.
var unexpected = map[string]bool{
	"Unsupported argument": true, "Unsupported block type": true, "Extraneous JSON object property": true, "Incorrect JSON value type": true,
}

// The words of HCL about a name that it would take, and about one that it misses.
var (
	meantName   = regexp.MustCompile(`Did you mean (?:to define (?:a block of type|argument) )?"([^"]+)"\?`)
	missingName = regexp.MustCompile(`^The argument "([^"]+)" is required, but no definition was found\.`)
)

// slip is a word that a block does not have, and the one that was meant.
type slip struct {
	around any    // the block, as around knows it
	path   string // of its types
	meant  string // empty: not known
}

// withoutConsequences leaves out what was told of before, and what is said to be missing where it stands under a wrong name: one slip is one
// mistake.
func withoutConsequences(diags hcl.Diagnostics, files diag.Sources) hcl.Diagnostics {
	diags = slices.DeleteFunc(diags, diag.IsSilent)
	var slips []slip
	for _, mistake := range diags {
		if diag.IsOwn(mistake) || mistake.Subject == nil || !unexpected[mistake.Summary] {
			continue
		}
		it := slip{around: around(files, *mistake.Subject, false)}
		it.path, _ = pathAt(files, *mistake.Subject)
		if m := meantName.FindStringSubmatch(mistake.Detail); m != nil {
			it.meant = m[1]
		}
		slips = append(slips, it)
	}
	if len(slips) == 0 {
		return diags
	}
	return slices.DeleteFunc(diags, func(mistake *hcl.Diagnostic) bool {
		words := lackedBy(mistake)
		if len(words) == 0 || mistake.Subject == nil {
			return false
		}
		block := around(files, *mistake.Subject, true)
		return slices.ContainsFunc(slips, func(it slip) bool { return it.explains(words, block) })
	})
}

// explains reports whether what lacks one of words, in a block, lacks it because of the slip.
func (it slip) explains(words []string, block any) bool {
	here := block != nil && it.around == block
	switch {
	case here && words[0] == anyWord, here && slices.Contains(words, it.meant):
		return true
	default:
		return it.meant != "" && slices.Contains(words, it.path+"."+it.meant)
	}
}

// lackedBy returns the words that would make a diagnostic void.
func lackedBy(mistake *hcl.Diagnostic) []string {
	if own, ok := mistake.Extra.(diag.Own); ok {
		return strings.Fields(own.Lacks)
	}
	if m := missingName.FindStringSubmatch(mistake.Detail); m != nil {
		return m[1:]
	}
	return nil
}

// around returns something that is equal for all places of one block, and nil where that is not known. The header of a block is of the block if
// that is asked for, else of the block around it. What a dynamic block makes is one with it.
func around(files diag.Sources, rng hcl.Range, header bool) any {
	file := files[rng.Filename]
	if file == nil {
		return nil
	}
	body, ok := file.File.Body.(*hclsyntax.Body)
	if !ok {
		return file.BlockAt(rng.Start.Byte)
	}
	at := body
	for {
		i := slices.IndexFunc(body.Blocks, func(b *hclsyntax.Block) bool {
			return b.Body.Range().ContainsPos(rng.Start) || header && b.Range().ContainsPos(rng.Start)
		})
		if i < 0 {
			return at
		}
		inner := body.Blocks[i]
		if body = inner.Body; inner.Type != "content" {
			at = body
		}
	}
}
