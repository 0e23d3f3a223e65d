package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/reload"
)

// Reloader knows the configuration in use and goes over to others; *reload.Reloader is one.
type Reloader interface {
	Status() reload.Status
	Reload(ctx context.Context, by reload.By, dryRun bool) (reload.Outcome, error)
}

// reload waits until it is done, which may take as long as disks need to open the queues of a new route.
func (o *Options) reload(w http.ResponseWriter, r *http.Request) {
	dryRun, err := dryRunOf(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	slow := takeTime(w)
	out, err := o.Reloader.Reload(r.Context(), reload.ByAPI, dryRun)
	slow.answer()
	if err != nil {
		refuseReload(w, &out, err)
		return
	}
	answer := api.Reload{API: api.Version, DryRun: dryRun, Hash: out.Config.Hash, Changes: changesOf(&out.Diff)}
	for _, warning := range out.Config.Warnings {
		answer.Warnings = append(answer.Warnings, warning.String())
	}
	document(w, http.StatusOK, answer)
}

func dryRunOf(r *http.Request) (bool, error) {
	values, given := r.URL.Query()[queryDryRun]
	if !given {
		return false, nil
	}
	dryRun, err := strconv.ParseBool(values[0])
	if err != nil || len(values) > 1 {
		return false, errors.New("dry_run must be true or false, once")
	}
	return dryRun, nil
}

// refuseReload answers with all mistakes. The Reloader has logged them.
func refuseReload(w http.ResponseWriter, out *reload.Outcome, err error) {
	told, status := api.Error{Error: err.Error()}, http.StatusInternalServerError
	var invalid *reload.InvalidError
	switch {
	case errors.As(err, &invalid):
		told.Error, told.Code = fmt.Sprintf("configuration %s is not valid\n\n%s", invalid.Path, invalid.Text), api.CodeInvalid
		status = http.StatusUnprocessableEntity
	case errors.Is(err, bridge.ErrRestart):
		told.Code, told.Changes = api.CodeRestart, changesOf(&out.Diff)
		status = http.StatusConflict
	case errors.Is(err, bridge.ErrNotRunning), errors.Is(err, bridge.ErrStopping), errors.Is(err, context.Canceled):
		status = http.StatusServiceUnavailable
	}
	document(w, status, told)
}

// changesOf returns the part of the document about what changes.
func changesOf(d *config.Diff) []api.Change {
	changes := make([]api.Change, 0, len(d.Changes))
	for _, c := range d.Changes {
		changes = append(changes, api.Change{Kind: string(c.Kind), Block: c.Block, Name: c.Name, Attributes: c.Attributes})
	}
	return changes
}

func configOf(s *reload.Status) api.Config {
	c := api.Config{Path: s.Path, Hash: s.Config.Hash, Loaded: utc(s.Loaded)}
	if last := s.Last; !last.At.IsZero() {
		c.Last = &api.LastReload{At: utc(last.At), By: string(last.By), OK: !last.Failed(), Error: last.Error}
	}
	return c
}
