// Package config reads the bridge's configuration: HCL 2, or its JSON form, into typed structs with every default filled in.
//
// Load and Parse take a file, or the files of a folder, through these steps:
//
//   - files.go, load.go: the files are found and parsed, unless they are nested so deeply that a parser would run out of stack; what is read,
//     also by functions, is remembered, so that Hash can tell a change;
//   - hcl.go: the parsed body is laid out into raw structs; unknown blocks and attributes are found here;
//   - variable.go, given.go, varfile.go, locals.go: variables get their values from outside, and locals are computed in order;
//   - eval.go, reference.go, explain.go: expressions are evaluated, with the functions of internal/expr and the references var.NAME, local.NAME
//     and remote.NAME, within its bounds; what went wrong is told without a word of a secret;
//   - inherit.go: what defaults blocks say is added to remotes and queues;
//   - dynamic.go, generated.go: dynamic blocks become those that they stand for, and messages name the one that they mean;
//   - defaults.go, decode.go, value.go, list.go: each attribute is checked and written over its default; endpoint.go, tls.go, schedule.go,
//     cron.go, commands.go, route.go, preset.go, match.go, class.go, unit.go, guid.go, rewrite.go, tame.go, loop.go, testblock.go and
//     event.go do so for one subject each;
//   - secretfile.go, login.go: a value remembers the files that it came out of, so that a password that is what a file holds stays that file;
//   - repeated.go, misnamed.go, belongs.go, bareword.go, consequence.go, spelling.go: blocks that there are twice; what is close to a word, a
//     duration, a size or a GUID that is wrong (the comparing is in internal/wording), and where it belongs; what else would be said of one
//     slip;
//   - validate.go, ages.go, overlap.go: what concerns more than one attribute or more than one block is checked;
//   - internal/syntax: what a file that cannot be read has instead of what is right, such as a quote without its other half;
//   - diag.go, internal/diag: every mistake becomes a Diagnostic with file, line, source excerpt and what would be right;
//   - remark.go: what others find out about it later gets the same form.
//
// Format (format.go) lays out a file, and looks at its syntax only. Effective (effective*.go) is the way back, from the typed
// configuration to a document with every default; a test loads again what it wrote of each fixture. sensitive.go knows which attributes it
// has to hide.
//
// Docs (docs*.go) makes the reference of the texts in docs/*.md, the raw structs and the defaults. A new attribute needs a field in a raw
// struct, its decoding, its encoding and a line there; tests miss each of them.
//
// All mistakes are reported at once. Secrets appear in no message: Secret prints as ***, values that come from env, file or the
// environment, or from a sensitive variable, are never quoted, and excerpts hide what stands behind a password attribute, a
// misspelled one included, the defaults of variables, and all values of a --var-file.
//
// The package checks what the words mean and leaves their use to others: it imports neither queue nor remote, and it is the
// only one that imports HCL.
package config
