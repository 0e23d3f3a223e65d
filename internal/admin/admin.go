package admin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/page"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
)

// Options say what a Server serves and where.
type Options struct {
	Address     string // host:port; port 0 takes a free one; empty: no port
	Socket      string // path of the unix socket; empty: none
	SocketGroup string // the group that may use it too; empty: only the user of this process
	Gatherer    prometheus.Gatherer
	Bridge      Bridge  // what readiness and status are about; liveness never depends on it
	Learner     Learner // what origins are about
	Looker      Looker  // what events are about
	Reloader    Reloader
	Operator    Operator // what changes of remotes and routes are about
	Daemon      Daemon
	Logger      hclog.Logger
}

// Server answers at one address, at one unix socket, or at both.
type Server struct {
	ends   []end
	logger hclog.Logger
}

// end is a place that a Server listens at.
type end struct {
	net.Listener
	http *http.Server
}

// The limits of a request: these are small reads by supervisors and scrapers.
const (
	headerTimeout = 5 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 16 << 10
	stopTimeout   = 200 * time.Millisecond
)

// Listen opens the address and the socket. Nothing is answered before Run. A disk that takes no socket because it is full or
// read-only keeps no bridge from its work: then there is none.
func Listen(ctx context.Context, o Options) (*Server, error) {
	s := &Server{logger: o.Logger}
	if o.Address != "" {
		var lc net.ListenConfig
		listener, err := lc.Listen(ctx, "tcp", o.Address)
		if err != nil {
			return nil, fmt.Errorf("admin: %w", err)
		}
		s.add(listener, routes(&o, placeOf(listener)))
	}
	if o.Socket == "" {
		return s, nil
	}
	switch listener, err := listenSocket(ctx, o.Socket, o.SocketGroup); {
	case err == nil:
		if path, err := filepath.Abs(o.Socket); err == nil { // else the working folder is gone, and nobody else can tell where the socket is
			o.Daemon.socket = path
		}
		s.add(listener, routes(&o, atSocket))
	case dispensable(err):
		o.Logger.Warn("admin socket cannot be made, nothing can be changed through it", "error", err)
	default:
		return nil, errors.Join(fmt.Errorf("admin: %w", err), s.close())
	}
	return s, nil
}

// dispensable reports whether a bridge may run without its socket because of an error: nobody else can have the socket then.
func dispensable(err error) bool {
	return vfs.IsFull(err) || vfs.IsReadOnly(err) || errors.Is(err, errors.ErrUnsupported)
}

func (s *Server) add(l net.Listener, h http.Handler) {
	s.ends = append(s.ends, end{Listener: l, http: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       headerTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ConnContext:       withCaller,
		ConnState:         newCrowd(maxConns).note,
		ErrorLog:          s.logger.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}),
	}})
}

// close closes what no Run will.
func (s *Server) close() error {
	var errs []error
	for i := range s.ends {
		errs = append(errs, s.ends[i].Close())
	}
	return errors.Join(errs...)
}

// Addr returns the address that is listened on, or else the socket; nil: neither.
func (s *Server) Addr() net.Addr {
	if len(s.ends) == 0 {
		return nil
	}
	return s.ends[0].Addr()
}

// Run answers until ctx ends; requests under way then have a moment.
func (s *Server) Run(ctx context.Context) {
	var serving sync.WaitGroup
	for i := range s.ends {
		serving.Go(func() { s.ends[i].run(ctx, s.logger) })
	}
	serving.Wait()
}

func (e *end) run(ctx context.Context, logger hclog.Logger) {
	e.http.BaseContext = func(net.Listener) context.Context { return ctx } // ends requests that wait for something
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if err := e.http.Shutdown(stopping); err != nil {
			_ = e.http.Close()
		}
	}()
	logger.Info("admin server started", "address", e.Addr().String())
	if err := e.http.Serve(e.Listener); !errors.Is(err, http.ErrServerClosed) {
		logger.Error("admin server failed", "error", err)
	}
	<-done
}

// routes answers at a place.
func routes(o *Options, at place) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", yielding(metricsInFlight)(promhttp.HandlerFor(o.Gatherer, promhttp.HandlerOpts{}).ServeHTTP))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusOK, "alive")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		remotes, directions, loaded := o.Bridge.Remotes(), o.Bridge.Directions(), o.Reloader.Status()
		status, lines := http.StatusOK, []string{"ready"}
		if why := unready(remotes, directions); len(why) > 0 {
			status, lines = http.StatusServiceUnavailable, why
		}
		for _, note := range notes(&loaded, remotes, directions) {
			lines = append(lines, "note: "+note)
		}
		plain(w, status, strings.Join(lines, "\n"))
	})
	mux.Handle("/api/", apiRoutes(o, at))
	for _, path := range page.Paths() {
		mux.Handle(path, page.Handler())
	}
	return bodiless(mux)
}

func plain(w http.ResponseWriter, status int, text string) {
	header(w, "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text) // the client went away
}

func header(w http.ResponseWriter, contentType string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
}
