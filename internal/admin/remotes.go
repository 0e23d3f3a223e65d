package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/remote"
)

// Operator does with remotes and routes what somebody asks for; *bridge.Bridge is one.
type Operator interface {
	PauseRemote(name string, pause bool) (changed bool, err error)
	PauseRoute(name string, pause bool) (changed bool, err error)
	Command(ctx context.Context, name, line string) (remote.Reply, error)
}

// remoteAPI answers at api.RemotesPath and below.
type remoteAPI struct{ o *Options }

func (a remoteAPI) list(w http.ResponseWriter, _ *http.Request) {
	document(w, http.StatusOK, api.Remotes{API: api.Version, At: utc(time.Now()), Remotes: remotesOf(a.o.Bridge.Remotes())})
}

func (a remoteAPI) show(w http.ResponseWriter, r *http.Request) {
	all := a.o.Bridge.Remotes()
	for i := range all {
		if all[i].Name == r.PathValue("name") {
			document(w, http.StatusOK, remoteOf(&all[i]))
			return
		}
	}
	refuseRemote(w, r)
}

func (a remoteAPI) pause(on bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answerPause(w, r, on, a.o.Operator.PauseRemote) }
}

// routeAPI answers at api.RoutesPath and below.
type routeAPI struct{ o *Options }

func (a routeAPI) list(w http.ResponseWriter, _ *http.Request) {
	document(w, http.StatusOK, api.Routes{
		API: api.Version, At: utc(time.Now()), Routes: routesOf(a.o.Bridge.Directions(), a.o.Reloader.Status().Guarantees),
	})
}

func (a routeAPI) show(w http.ResponseWriter, r *http.Request) {
	for _, route := range routesOf(a.o.Bridge.Directions(), a.o.Reloader.Status().Guarantees) {
		if route.Name == r.PathValue("name") {
			document(w, http.StatusOK, route)
			return
		}
	}
	refuseRoute(w, r.PathValue("name"))
}

func (a routeAPI) pause(on bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answerPause(w, r, on, a.o.Operator.PauseRoute) }
}

func answerPause(w http.ResponseWriter, r *http.Request, on bool, pause func(string, bool) (bool, error)) {
	name := r.PathValue("name")
	switch changed, err := pause(name, on); {
	case err == nil:
		document(w, http.StatusOK, api.Paused{API: api.Version, Name: name, Paused: on, Changed: changed})
	case errors.Is(err, bridge.ErrNoRemote):
		refuseRemote(w, r)
	case errors.Is(err, bridge.ErrNoRoute):
		refuseRoute(w, name)
	default: // it begins or ends
		refuse(w, http.StatusServiceUnavailable, err.Error())
	}
}

func refuseRemote(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, fmt.Sprintf("there is no remote %.200q", r.PathValue("name")))
}

func refuseRoute(w http.ResponseWriter, name string) {
	refuse(w, http.StatusNotFound, fmt.Sprintf("there is no route %.200q", name))
}
