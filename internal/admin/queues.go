package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/journal"
)

// queueAPI answers what is below api.QueuesPath.
type queueAPI struct{ o *Options }

// of finds the queue that a request is about.
func (a queueAPI) of(answer func(http.ResponseWriter, *http.Request, bridge.Queue)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		route, to := r.PathValue("route"), r.PathValue("to")
		for _, q := range a.o.Bridge.Queues() {
			if q.Route() == route && q.To() == to {
				answer(w, r, q)
				return
			}
		}
		refuse(w, http.StatusNotFound, fmt.Sprintf("there is no queue %.200q", route+"@"+to))
	}
}

func (a queueAPI) list(w http.ResponseWriter, _ *http.Request) {
	all := api.Queues{API: api.Version, At: utc(time.Now()), Queues: []api.Queue{}}
	for _, q := range a.o.Bridge.Queues() {
		all.Queues = append(all.Queues, a.queue(q))
	}
	document(w, http.StatusOK, all)
}

func (a queueAPI) show(w http.ResponseWriter, _ *http.Request, q bridge.Queue) {
	document(w, http.StatusOK, a.queue(q))
}

// queue reads one. What the disk does not tell is left out and logged.
func (a queueAPI) queue(q bridge.Queue) api.Queue {
	s := q.Status()
	letters, err := q.LetterStats()
	if err != nil {
		a.o.Logger.Warn("dead letters cannot be read", "route", s.Route, "to", s.To, "error", err)
	}
	out := api.Queue{
		Route: s.Route, To: s.To, Storage: "memory", Events: s.Queued, Leased: s.Leased, Bytes: s.QueueBytes, Oldest: utc(s.Oldest),
		Limits: &api.Limits{
			MaxEvents: s.Limits.MaxEvents, MaxBytes: s.Limits.MaxBytes, MaxAgeSeconds: seconds(s.Limits.MaxAge),
			Overflow: s.Limits.Overflow.String(),
		},
		Dropped: reasons(s.Dropped), Letters: letters.Letters, LetterBytes: letters.Bytes,
	}
	if s.Disk == nil {
		return out
	}
	files, err := q.Files()
	if err != nil {
		a.o.Logger.Warn("quarantine cannot be listed", "route", s.Route, "to", s.To, "error", err)
	}
	out.Storage, out.Disk = "disk", &api.QueueFiles{
		Bytes: s.Disk.Bytes, Segments: files.Segments, Unsynced: files.Unsynced, MemoryOnly: s.Disk.MemoryOnly,
		Quarantined: files.Quarantined, QuarantineBytes: files.QuarantineBytes,
	}
	if s.Disk.Degraded != nil {
		out.Disk.Degraded, out.Disk.DegradedSince = s.Disk.Degraded.Error(), utc(s.Disk.Since)
	}
	if !s.Found.Clean() {
		out.Disk.Found = CheckOf(queue.Checked{Found: s.Found})
	}
	return out
}

func (a queueAPI) check(w http.ResponseWriter, r *http.Request, q bridge.Queue) {
	slow := takeTime(w)
	found, err := q.Check(r.Context())
	slow.answer()
	if err != nil {
		a.fail(w, q, "check", err, nil)
		return
	}
	document(w, http.StatusOK, CheckOf(found))
}

// CheckOf returns the document of what reading the files of a queue found.
func CheckOf(c queue.Checked) *api.Check {
	f := &c.Found
	out := &api.Check{
		Clean: f.Clean() && c.NotEvents == 0, Events: f.Records - uint64(c.NotEvents), Segments: f.Segments, TornBytes: f.TornBytes,
		DamagedRegions: f.DamagedRegions, DamagedBytes: f.DamagedBytes,
		KnownRegions: f.KnownRegions, KnownBytes: f.KnownBytes, KnownEvents: f.KnownRecords, UnreadableBytes: f.UnreadableBytes,
		MissingEvents: f.MissingRecords, MissingSegments: f.MissingSegments, Cursor: f.Cursor.String(),
		ForeignFiles: f.ForeignFiles, UnreadableEvents: c.NotEvents,
	}
	for i, found := range f.Findings {
		if i == maxFindings {
			out.FindingsLeftOut = len(f.Findings) - i
			break
		}
		out.Findings = append(out.Findings, findingOf(&found))
	}
	return out
}

// maxFindings is how many places of damage a document names.
const maxFindings = 20

func findingOf(f *journal.Finding) api.Finding {
	out := api.Finding{Kind: f.Kind.String(), File: f.File, Offset: f.Offset, Bytes: f.Bytes, Quarantine: f.Quarantine, Known: f.Known}
	if f.Err != nil {
		out.Error = f.Err.Error()
	}
	return out
}

func (a queueAPI) purge(w http.ResponseWriter, r *http.Request, q bridge.Queue) {
	slow := takeTime(w)
	purged, leased, err := q.Purge()
	if err != nil {
		a.fail(w, q, "purge", err, nil)
		return
	}
	a.o.Logger.Info("queue purged", "route", q.Route(), "to", q.To(), "events", purged, "being-sent", leased)
	unsafe := a.sync(r.Context(), q, "purge")
	slow.answer()
	document(w, http.StatusOK, api.Purged{Events: purged, Leased: leased, Unsafe: unsafe})
}

// sync waits until a change is on disk, and returns why it is not.
func (a queueAPI) sync(ctx context.Context, q bridge.Queue, what string) (unsafe string) {
	err := q.Sync(ctx)
	if err == nil {
		return ""
	}
	a.o.Logger.Warn("queue changed in memory only", "what", what, "route", q.Route(), "to", q.To(), "error", err)
	return err.Error()
}

func (a queueAPI) clearLetters(w http.ResponseWriter, _ *http.Request, q bridge.Queue) {
	n, err := q.ClearLetters()
	if err != nil {
		a.fail(w, q, "purge of dead letters", err, nil)
		return
	}
	a.o.Logger.Info("dead letters purged", "route", q.Route(), "to", q.To(), "letters", n)
	document(w, http.StatusOK, api.Purged{Events: n})
}

func (a queueAPI) retry(w http.ResponseWriter, r *http.Request, q bridge.Queue) {
	slow := takeTime(w)
	done, err := q.Retry(r.Context())
	slow.answer()
	taken := takenOf(done)
	left, statErr := q.LetterStats()
	taken.Left = left.Letters
	if done.Events > 0 {
		a.o.Logger.Info("dead letters retried", "route", q.Route(), "to", q.To(), "events", taken.Events, "dropped", taken.Dropped, "left", taken.Left)
	}
	if err = errors.Join(err, statErr); err != nil {
		a.fail(w, q, "retry", err, &taken)
		return
	}
	document(w, http.StatusOK, taken)
}

// takenOf counts what was dropped meanwhile against what came.
func takenOf(done bridge.Restored) api.Taken {
	t := api.Taken{Events: done.Events}
	if len(done.Dropped) > 0 {
		t.Reasons = reasons(done.Dropped)
		t.Dropped = int(t.Reasons.Sum())
	}
	t.Queued = max(0, t.Events-t.Dropped)
	return t
}

// fail answers a request that did not go well. What is not the client's doing is logged.
func (a queueAPI) fail(w http.ResponseWriter, q bridge.Queue, what string, err error, taken *api.Taken) {
	status := http.StatusInternalServerError
	var bad *queue.LetterError
	var cut *cutError
	switch {
	case errors.As(err, &bad), errors.As(err, &cut):
		status = http.StatusBadRequest
	case errors.Is(err, bridge.ErrStopping), errors.Is(err, context.Canceled):
		status = http.StatusServiceUnavailable
	case errors.Is(err, bridge.ErrNotOnDisk), errors.Is(err, bridge.ErrRemoved), errors.Is(err, queue.ErrTaking):
		status = http.StatusConflict
	default:
		a.o.Logger.Error("request about a queue failed", "what", what, "route", q.Route(), "to", q.To(), "error", err)
	}
	why := err.Error()
	if taken != nil {
		why = fmt.Sprintf("%s; events taken before: %d", why, taken.Events)
		if taken.Unsafe != "" {
			why += ", in memory only: " + taken.Unsafe
		}
	}
	document(w, status, api.Error{Error: why, Taken: taken})
}
