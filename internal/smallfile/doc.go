// Package smallfile reads the files that people write for the bridge: configurations, tables, certificates, passwords and tokens. They are read
// while the bridge runs, so that reading never waits for somebody to write, and never takes more memory than such a file may need.
package smallfile
