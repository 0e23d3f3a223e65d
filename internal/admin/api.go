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

// The requests that are answered at the same time, for each place that is listened at. A document is held as a whole; lines take their
// time, and those that are taken in may wait for room in a queue; a check reads all files of a queue; of two reloads one waits.
const (
	apiInFlight    = 4
	exportInFlight = 4
	importInFlight = 4
	checkInFlight  = 1
	streamInFlight = 16 // each is a buffer of at most some 4 MB
	reloadInFlight = 2
)

// apiRoutes answers what is below /api/, to those whom guard lets through. At a place that is not local nothing is changed.
func apiRoutes(o *Options, local bool) http.Handler {
	mux := http.NewServeMux()
	queues := queueAPI{o}
	events := eventAPI{o}
	documents, exports, imports, checks := bound(apiInFlight), bound(exportInFlight), bound(importInFlight), bound(checkInFlight)
	streams := bound(streamInFlight)
	reloads := bound(reloadInFlight)
	change := func(h http.HandlerFunc) http.HandlerFunc {
		if local {
			return h
		}
		return refuseChange
	}
	for path, answers := range map[string]methods{
		api.StatusPath: {http.MethodGet: documents(func(w http.ResponseWriter, _ *http.Request) {
			document(w, http.StatusOK, o.status())
		})},
		api.OriginsPath: {http.MethodGet: documents(func(w http.ResponseWriter, _ *http.Request) {
			document(w, http.StatusOK, o.origins())
		})},
		api.EventsPath:                   {http.MethodGet: documents(events.last)},
		api.EventStreamPath:              {http.MethodGet: streams(events.stream)},
		api.ReloadPath:                   {http.MethodPost: change(reloads(o.reload))},
		api.QueuesPath:                   {http.MethodGet: documents(queues.list)},
		api.QueuesPath + "/{route}/{to}": {http.MethodGet: documents(queues.of(queues.show))},
		api.QueuesPath + "/{route}/{to}/events": {
			http.MethodGet:    exports(queues.of(queues.events)),
			http.MethodPost:   change(imports(queues.of(queues.take))),
			http.MethodDelete: change(documents(queues.of(queues.purge))),
		},
		api.QueuesPath + "/{route}/{to}/letters": {
			http.MethodGet:    exports(queues.of(queues.letters)),
			http.MethodDelete: change(documents(queues.of(queues.clearLetters))),
		},
		api.QueuesPath + "/{route}/{to}/letters/retry": {http.MethodPost: change(imports(queues.of(queues.retry)))},
		api.QueuesPath + "/{route}/{to}/check":         {http.MethodGet: checks(queues.of(queues.check))},
	} {
		mux.Handle(path, answers)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "there is nothing at this path")
	})
	return guard(o.Address, mux)
}

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

func refuseChange(w http.ResponseWriter, _ *http.Request) {
	document(w, http.StatusForbidden, api.Error{
		Error: "changes are taken over the unix socket of the bridge, and not over the network", Code: api.CodeSocketOnly,
	})
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
