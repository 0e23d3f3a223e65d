package admin

import (
	"net/http"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// config answers with the effective configuration in use, secrets masked.
func (o *Options) config(w http.ResponseWriter, r *http.Request) {
	effective := config.Effective(o.Reloader.Status().Config)
	var kind string
	var body []byte
	switch formats := r.URL.Query()[queryFormat]; {
	case len(formats) == 0, len(formats) == 1 && formats[0] == "json":
		kind, body = "application/json", effective.JSON()
	case len(formats) == 1 && formats[0] == "hcl":
		kind, body = "text/plain; charset=utf-8", effective.HCL()
	default:
		refuse(w, http.StatusBadRequest, "format must be json or hcl, once")
		return
	}
	header(w, kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client went away
}
