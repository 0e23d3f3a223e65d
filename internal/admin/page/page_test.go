package page_test

import (
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/page"
)

func get(t *testing.T, at string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	for _, pattern := range page.Paths() {
		mux.Handle(pattern, page.Handler())
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, at, http.NoBody))
	return w
}

// paths returns where there is something.
func paths() []string {
	found := page.Paths()
	for i, pattern := range found {
		found[i] = strings.TrimSuffix(strings.TrimPrefix(pattern, "GET "), "{$}")
	}
	return found
}

// TestFiles fetches the page and its files.
func TestFiles(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", "": "text/html; charset=utf-8",
	}
	for _, at := range paths() {
		w := get(t, at)
		if got, want := w.Header().Get("Content-Type"), want[path.Ext(at)]; w.Code != http.StatusOK || got != want || w.Body.Len() == 0 {
			t.Errorf("GET %s = %d, %s, %d bytes; want 200, %s and a content", at, w.Code, got, w.Body.Len(), want)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s has the policy %q, want one that allows nothing but its own files", at, policy)
		}
	}
}

// TestNamedFiles looks for the files that the page and its scripts name.
func TestNamedFiles(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?:from|src=|href=) ?"(?:\./)?([a-z]+\.[a-z]+)"`)
	count := 0
	for _, from := range paths() {
		for _, found := range named.FindAllStringSubmatch(get(t, from).Body.String(), -1) {
			if w := get(t, "/"+found[1]); w.Code != http.StatusOK {
				t.Errorf("%s names %s, which is %d, want 200", from, found[1], w.Code)
			}
			count++
		}
	}
	if most := len(paths()) - 1; count < most {
		t.Errorf("%d files are named, want all %d at least once", count, most)
	}
}

// TestNothingElse looks for files that are part of the program and not of the page.
func TestNothingElse(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/page.go", "/index.html", "/../page.go", "/x", "/page.js/"} {
		if w := get(t, at); w.Code == http.StatusOK {
			t.Errorf("GET %s = %d, want nothing there", at, w.Code)
		}
	}
}

// TestOwnFilesOnly looks for what the policy would refuse: other hosts, scripts and styles within the markup, and ways to make
// markup out of text.
func TestOwnFilesOnly(t *testing.T) {
	t.Parallel()
	wrong := regexp.MustCompile(`(?i)innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\son[a-z]+="|style="|<style|src="(?:https?:)?//|href="https?:`)
	for _, at := range paths() {
		if found := wrong.FindString(get(t, at).Body.String()); found != "" {
			t.Errorf("%s has %q, which must not be in the page", at, found)
		}
	}
}
