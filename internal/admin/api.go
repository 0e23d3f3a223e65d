package admin

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// apiRoutes answers what is below /api/, to those whom guard lets through.
func apiRoutes(o *Options) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api.StatusPath, func(w http.ResponseWriter, _ *http.Request) {
		document(w, http.StatusOK, o.status())
	})
	mux.HandleFunc(api.StatusPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "this can only be read")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "there is nothing at this path")
	})
	return guard(o.Address, mux)
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
