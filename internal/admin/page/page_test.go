package page_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/page"
)

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	for _, pattern := range page.Paths() {
		mux.Handle(pattern, page.Handler())
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	return w
}

// TestFiles fetches the page and what it names.
func TestFiles(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8", "/page.css": "text/css; charset=utf-8", "/page.js": "text/javascript; charset=utf-8",
		"/picture.js": "text/javascript; charset=utf-8", "/format.js": "text/javascript; charset=utf-8", "/reasons.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
	} {
		w := get(t, path)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != want || w.Body.Len() == 0 {
			t.Errorf("GET %s = %d, %s, %d bytes; want 200, %s and a content", path, w.Code, got, w.Body.Len(), want)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s has the policy %q, want one that allows nothing but its own files", path, policy)
		}
	}
}

// TestNothingElse looks for files that are part of the program and not of the page.
func TestNothingElse(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/page.go", "/index.html", "/../page.go", "/x", "/page.js/"} {
		if w := get(t, path); w.Code == http.StatusOK {
			t.Errorf("GET %s = %d, want nothing there", path, w.Code)
		}
	}
}

// TestOwnFilesOnly looks for what the policy would refuse: other hosts, scripts and styles within the markup, and ways to make
// markup out of text.
func TestOwnFilesOnly(t *testing.T) {
	t.Parallel()
	wrong := regexp.MustCompile(`(?i)innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\son[a-z]+="|style="|<style|src="(?:https?:)?//|href="https?:`)
	for _, path := range []string{"/", "/page.css", "/page.js", "/picture.js", "/format.js", "/reasons.js"} {
		if found := wrong.FindString(get(t, path).Body.String()); found != "" {
			t.Errorf("%s has %q, which must not be in the page", path, found)
		}
	}
}
