// Package route decides which events a route takes. It is pure: no I/O, no state, no configuration language.
package route
