package admin

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// The parameters that only one path takes.
const (
	queryDryRun = "dry_run"
	queryFormat = "format"
)

// takings are what a request may have besides its path; docs/openapi.yaml describes them.
type takings struct {
	parameters []string // behind the question mark
	body       bool
}

// takingsOf returns what the API takes at a path. Most of it takes nothing.
func takingsOf(method, path string) takings {
	chosen := []string{api.QueryClass, api.QueryGUID, api.QueryReason, api.QueryRemote, api.QueryRoute, api.QueryShow, api.QueryType}
	limit := []string{api.QueryLimit}
	switch method + " " + path {
	case "GET " + api.EventsPath:
		return takings{parameters: slices.Concat(chosen, limit)}
	case "GET " + api.EventStreamPath:
		return takings{parameters: chosen}
	case "GET " + api.ConfigPath:
		return takings{parameters: []string{queryFormat}}
	case "POST " + api.ReloadPath:
		return takings{parameters: []string{queryDryRun}}
	case "GET " + api.QueuesPath + "/{route}/{to}/events", "GET " + api.QueuesPath + "/{route}/{to}/letters":
		return takings{parameters: limit}
	case "POST " + api.QueuesPath + "/{route}/{to}/events",
		"POST " + api.RemotesPath + "/{name}/send", "POST " + api.RemotesPath + "/{name}/command":
		return takings{body: true}
	default:
		return takings{}
	}
}

// only refuses what next does not take. Who adds something to a request means it: a reload with dry_run in its body, or a DELETE with
// a limit, would do more than that.
func (t takings) only(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery) // what r.URL.Query loses of a wrong one would do more than was meant
		if err == nil {
			err = t.unknown(query)
		}
		switch {
		case err != nil:
			refuse(w, http.StatusBadRequest, err.Error())
		case !t.body && r.ContentLength != 0:
			w.Header().Set("Connection", "close") // else the server would wait for the body
			refuse(w, http.StatusBadRequest, "this takes no body"+t.but("behind a question mark in the address "))
		default:
			next(w, r)
		}
	}
}

// unknown returns an error that names a parameter which is not taken.
func (t takings) unknown(query url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(t.parameters, name) {
			return fmt.Errorf("there is no parameter %.40q here%s", name, t.but(""))
		}
	}
	return nil
}

func (t takings) but(where string) string {
	if len(t.parameters) == 0 {
		return ""
	}
	return ", but " + where + strings.Join(t.parameters, ", ")
}
