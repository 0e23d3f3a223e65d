// Package route decides which events a route takes, and how it changes and thins them out. It is pure: no I/O, no clock, no
// configuration language.
//
// Rules and Rewrite know no state. Tame and Dedupe remember what passed, in tables of bounded size: what they forgot is as if it
// never was, so that beyond the bound events pass.
package route
