// Package page is the status page: files that are part of the program, and load nothing from elsewhere.
package page

import (
	"embed"
	"net/http"
	"path"
)

//go:embed index.html page.css *.js icon.svg
var files embed.FS

// index is the page itself.
const index = "index.html"

// policy lets the page load its own files and ask its own server, and nothing else: should a name or an event ever become markup, no
// script in it runs.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// types are those of the files: the table of the system may have others, or none.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// Handler answers with the page at /, and with its files beside it.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		if r.URL.Path == "/" {
			name = index
		}
		h := w.Header()
		h.Set("Content-Type", types[path.Ext(name)])
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache") // the next version has other files at the same address
		http.ServeFileFS(w, r, files, name)
	})
}

// Paths are the patterns at which Handler is to be put.
func Paths() []string {
	patterns := []string{"GET /{$}"}
	entries, _ := files.ReadDir(".") // what is embedded can be read
	for _, entry := range entries {
		if entry.Name() != index {
			patterns = append(patterns, "GET /"+entry.Name())
		}
	}
	return patterns
}
