// Package reload takes up a changed configuration while the bridge runs: it reads and checks it, compares it with the one in use, and
// hands it to the bridge. A configuration with mistakes, or with what only a restart changes, changes nothing.
//
//   - reload.go: one reload after another, from the files to the bridge;
//   - source.go: where configurations come from, and what is wrong with them;
//   - watch.go: the files are looked at, and a change of them is taken up;
//   - status.go, metrics.go: what is in use, and what became of the last reload.
package reload
