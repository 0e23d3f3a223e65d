package admin

import (
	"net/http"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// The requests that are answered at the same time, for each place that is listened at. A document is held as a whole; lines take their
// time, and those that are taken in may wait for room in a queue, as an event that is sent may; a check reads all files of a queue; of two
// reloads one waits; a command is a connection.
const (
	apiInFlight     = 4
	metricsInFlight = 4
	exportInFlight  = 4
	importInFlight  = 4
	checkInFlight   = 1
	streamInFlight  = 16 // each is a buffer of at most some 4 MB
	reloadInFlight  = 2

	sendInFlight    = 16
	commandInFlight = 4
)

// apiRoutes answers what is below /api/, to those whom guard lets through, as far as they may have it.
func apiRoutes(o *Options, at place) http.Handler {
	mux := http.NewServeMux()
	access := newAccess(o, at)
	for path, answers := range apiPaths(o) {
		for method, answer := range answers {
			answer = takingsOf(method, path).only(answer)
			if method == http.MethodGet {
				answers[method] = access.read(answer)
			} else {
				answers[method] = access.change(answer)
			}
		}
		mux.Handle(path, answers)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "there is nothing at this path")
	})
	return guard(o.Address, mux)
}

// apiPaths is all that the API answers; docs/openapi.yaml describes it. What is not GET changes something.
func apiPaths(o *Options) map[string]methods {
	queues := queueAPI{o}
	events := eventAPI{o}
	documents, exports, imports, checks := yielding(apiInFlight), bound(exportInFlight), bound(importInFlight), bound(checkInFlight)
	streams := bound(streamInFlight)
	reloads := bound(reloadInFlight)
	remotes, routes, sends, commands := remoteAPI{o}, routeAPI{o}, bound(sendInFlight), bound(commandInFlight)
	return map[string]methods{
		api.StatusPath: {http.MethodGet: documents(func(w http.ResponseWriter, _ *http.Request) {
			document(w, http.StatusOK, o.status())
		})},
		api.OriginsPath: {http.MethodGet: documents(func(w http.ResponseWriter, _ *http.Request) {
			document(w, http.StatusOK, o.origins())
		})},
		api.OverviewPath: {http.MethodGet: documents(func(w http.ResponseWriter, _ *http.Request) {
			document(w, http.StatusOK, o.overview())
		})},
		api.OverviewStreamPath:              {http.MethodGet: streams(events.overviews)},
		api.EventsPath:                      {http.MethodGet: documents(events.last)},
		api.EventStreamPath:                 {http.MethodGet: streams(events.stream)},
		api.RemotesPath:                     {http.MethodGet: documents(remotes.list)},
		api.RemotesPath + "/{name}":         {http.MethodGet: documents(remotes.show)},
		api.RemotesPath + "/{name}/pause":   {http.MethodPost: documents(remotes.pause(true))},
		api.RemotesPath + "/{name}/resume":  {http.MethodPost: documents(remotes.pause(false))},
		api.RemotesPath + "/{name}/send":    {http.MethodPost: sends(remotes.send)},
		api.RemotesPath + "/{name}/command": {http.MethodPost: commands(remotes.command)},
		api.RoutesPath:                      {http.MethodGet: documents(routes.list)},
		api.RoutesPath + "/{name}":          {http.MethodGet: documents(routes.show)},
		api.RoutesPath + "/{name}/pause":    {http.MethodPost: documents(routes.pause(true))},
		api.RoutesPath + "/{name}/resume":   {http.MethodPost: documents(routes.pause(false))},
		api.ConfigPath:                      {http.MethodGet: documents(o.config)},
		api.ReloadPath:                      {http.MethodPost: reloads(o.reload)},
		api.QueuesPath:                      {http.MethodGet: documents(queues.list)},
		api.QueuesPath + "/{route}/{to}":    {http.MethodGet: documents(queues.of(queues.show))},
		api.QueuesPath + "/{route}/{to}/events": {
			http.MethodGet:    exports(queues.of(queues.events)),
			http.MethodPost:   imports(queues.of(queues.take)),
			http.MethodDelete: documents(queues.of(queues.purge)),
		},
		api.QueuesPath + "/{route}/{to}/letters": {
			http.MethodGet:    exports(queues.of(queues.letters)),
			http.MethodDelete: documents(queues.of(queues.clearLetters)),
		},
		api.QueuesPath + "/{route}/{to}/letters/retry": {http.MethodPost: imports(queues.of(queues.retry))},
		api.QueuesPath + "/{route}/{to}/check":         {http.MethodGet: checks(queues.of(queues.check))},
	}
}
