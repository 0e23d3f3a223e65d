// Package expr is the expression language of a configuration: its functions, what they may read and what of that must not be quoted, how much an
// evaluation may take, and how deeply a text may be nested. It knows no block and no attribute; what names an expression may refer to is for
// those who evaluate it.
//
//   - depth.go, text.go: what would run a parser out of stack, or is no text, is refused before it is parsed;
//   - functions.go, read.go, credential.go, table.go: the functions, of which some are wrapped or our own;
//   - secrets.go: what came from env, file and credential is marked, and noted;
//   - budget.go, metered.go, metered_json.go, cost.go: what expressions take to compute is counted, by nodes of ours in their trees, and bounded.
package expr
