package admin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Options say what a Server serves and where.
type Options struct {
	Address  string // host:port; port 0 takes a free one
	Gatherer prometheus.Gatherer
	Bridge   Bridge // what readiness and status are about; liveness never depends on it
	Daemon   Daemon
	Logger   hclog.Logger
}

// Server answers on one address.
type Server struct {
	listener net.Listener
	http     *http.Server
	logger   hclog.Logger
}

// The limits of a request: these are small reads by supervisors and scrapers.
const (
	headerTimeout = 5 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 16 << 10
	stopTimeout   = 200 * time.Millisecond
)

// Listen opens the address. Nothing is answered before Run.
func Listen(ctx context.Context, o Options) (*Server, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	return &Server{
		listener: listener,
		logger:   o.Logger,
		http: &http.Server{
			Handler:           routes(&o),
			ReadHeaderTimeout: headerTimeout,
			ReadTimeout:       headerTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    headerBytes,
			ErrorLog:          o.Logger.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}),
		},
	}, nil
}

// Addr returns the address that is listened on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Run answers until ctx ends; requests under way then have a moment.
func (s *Server) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if err := s.http.Shutdown(stopping); err != nil {
			_ = s.http.Close()
		}
	}()
	s.logger.Info("admin server started", "address", s.Addr().String())
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		s.logger.Error("admin server failed", "error", err)
	}
	<-done
}

func routes(o *Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.Gatherer, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusOK, "alive")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if why := unready(o.Bridge.Remotes(), o.Bridge.Directions()); len(why) > 0 {
			plain(w, http.StatusServiceUnavailable, strings.Join(why, "\n"))
			return
		}
		plain(w, http.StatusOK, "ready")
	})
	mux.Handle("/api/", apiRoutes(o))
	return mux
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
