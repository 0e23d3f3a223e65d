package admin

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// methods are what a path answers, by method.
type methods map[string]http.HandlerFunc

// ServeHTTP implements http.Handler.
func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if answer := m[method]; answer != nil {
		answer(w, r)
		return
	}
	allowed := slices.Sorted(maps.Keys(m))
	why := "this can only be read"
	if i := slices.Index(allowed, http.MethodGet); i >= 0 {
		allowed = slices.Insert(allowed, i+1, http.MethodHead)
	}
	list := strings.Join(allowed, ", ")
	if list != "GET, HEAD" {
		why = "what can be done here is " + list
	}
	w.Header().Set("Allow", list)
	refuse(w, http.StatusMethodNotAllowed, why)
}

func refuse(w http.ResponseWriter, status int, why string) {
	document(w, status, api.Error{Error: why})
}

// document answers with a value as JSON.
func document(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // a document that cannot be written is a mistake of ours
		status, body = http.StatusInternalServerError, []byte(`{"error":"the document cannot be written as JSON"}`)
	}
	body = append(body, '\n')
	header(w, "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client went away
}
