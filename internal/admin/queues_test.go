package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/internal/vfs"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

const threeQueues = `
bridge { state_dir = "state" }
remote "north" { address = "north" }
remote "south" { address = "south" }
route "ram" {
  from = [remote.north]
  to   = [remote.south]
  queue { max_events = 5 }
}
route "disk" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    storage = "disk"
    max_age = "1h"
  }
}
route "wait" {
  from = [remote.north]
  to   = [remote.south]
  queue {
    max_events = 5
    overflow   = "block"
  }
}
`

// desk asks the handlers for the queues of a bridge that does not run.
type desk struct {
	local, remote http.Handler
	bridge        *bridge.Bridge
	dir           string // the state folder
	log           bytes.Buffer
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	cfg, err := config.Parse(filepath.Join(dir, "hub.hcl"), []byte(threeQueues), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{dir: filepath.Join(dir, "state")}
	if d.bridge, err = bridge.New(cfg, bridge.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.bridge.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &Options{Gatherer: prometheus.NewRegistry(), Bridge: d.bridge, Logger: hclog.New(&hclog.LoggerOptions{Output: &d.log})}
	d.local, d.remote = routes(o, atSocket), routes(o, atLoopback)
	return d
}

// letter adds a dead letter to a queue.
func (d *desk) letter(t *testing.T, route string, n int) {
	t.Helper()
	row := new(vscp.Row)
	if err := row.Parse(fmt.Appendf(nil, "0,10,6,0,,,-,%d", n)); err != nil {
		t.Fatal(err)
	}
	letters := store.At(vfs.OS{}, d.dir).Letters(store.Name{Route: route, To: "south"})
	if err := letters.Put(&queue.Letter{Time: time.Now(), Route: route, To: "south", Reason: "refused", Reply: "no", Row: row}); err != nil {
		t.Fatal(err)
	}
}

func ask(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, api.QueuesPath+path, strings.NewReader(body))
	r.Host = "localhost"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// get asks for a document.
func get[T any](t *testing.T, d *desk, path string) T {
	t.Helper()
	return answer[T](t, d, http.MethodGet, path, "")
}

// answer asks for something that is done.
func answer[T any](t *testing.T, d *desk, method, path, body string) T {
	t.Helper()
	w := ask(d.local, method, path, body)
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%s %s = %d %q (%v), want 200 and a document", method, path, w.Code, w.Body, err)
	}
	return v
}

// lines returns n lines whose event has one data byte, counted from first on.
func lines(first, n int) string {
	var text strings.Builder
	for i := first; i < first+n; i++ {
		fmt.Fprintf(&text, `{"line":"0,10,6,0,,5,-,%d"}`+"\n", i)
	}
	return text.String()
}

// numbers returns the data bytes of lines.
func numbers(t *testing.T, text string) []int {
	t.Helper()
	all := []int{}
	for l, err := range queue.ReadLetters(strings.NewReader(text)) {
		if err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		var e vscp.Event
		l.Row.Event(&e)
		all = append(all, int(e.Data[0]))
	}
	return all
}

func TestQueuesOfABridge(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", lines(0, 3))
	d.letter(t, "disk", 7)
	all := get[api.Queues](t, d, "")
	var names []string
	for _, q := range all.Queues {
		names = append(names, q.Route+"@"+q.To+" "+q.Storage)
	}
	if want := []string{"ram@south memory", "disk@south disk", "wait@south memory"}; all.API != api.Version || !slices.Equal(names, want) {
		t.Errorf("API %d with %q, want %d with %q", all.API, names, api.Version, want)
	}
	q := get[api.Queue](t, d, "/disk/south")
	if q.Events != 3 || q.Leased != 0 || q.Bytes == 0 || time.Since(q.Oldest) > time.Minute || q.Letters != 1 || q.LetterBytes == 0 {
		t.Errorf("%+v, want 3 events, their bytes and age, 1 letter", q)
	}
	if want := (api.Limits{MaxEvents: 10000, MaxBytes: 16 << 20, MaxAgeSeconds: 3600, Overflow: "drop_oldest"}); *q.Limits != want {
		t.Errorf("limits %+v, want %+v", *q.Limits, want)
	}
	if q.Disk == nil || q.Disk.Degraded != "" || q.Disk.Found != nil {
		t.Errorf("disk %+v, want one without trouble", q.Disk)
	}
	if _, ok := q.Dropped["purged"]; !ok {
		t.Errorf("dropped %v, want every reason in it", q.Dropped)
	}
	if q := get[api.Queue](t, d, "/ram/south"); q.Disk != nil || !q.Oldest.IsZero() {
		t.Errorf("empty queue in memory: %+v, want no disk and no age", q)
	}
}

func TestImportAndExport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	taken := answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", lines(0, 200))
	if taken.Events != 200 || taken.Queued != 200 || taken.Dropped != 0 || taken.Reasons != nil {
		t.Errorf("taken %+v, want 200 queued", taken)
	}
	w := ask(d.local, http.MethodGet, "/disk/south/events", "")
	if got := numbers(t, w.Body.String()); len(got) != 200 || got[0] != 0 || got[199] != 199 || !slices.IsSorted(got) {
		t.Errorf("exported %v, want 0 to 199 in order", got)
	}
	if got := w.Header().Get("Content-Type"); got != api.LinesType {
		t.Errorf("Content-Type %q, want %q", got, api.LinesType)
	}
	first, _, _ := strings.Cut(w.Body.String(), "\n")
	for _, part := range []string{`{"time":"2`, `,"route":"disk","to":"south","line":"`, `,10,6,0,,`, `,-,0","event":{`} {
		if !strings.Contains(first, part) {
			t.Errorf("first line %s, want %s in it", first, part)
		}
	}
	some := ask(d.remote, http.MethodGet, "/disk/south/events?limit=3", "")
	if got := numbers(t, some.Body.String()); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("exported %v with limit 3, want the first 3", got)
	}
	// What was exported can be imported, also where less has room.
	taken = answer[api.Taken](t, d, http.MethodPost, "/ram/south/events", w.Body.String())
	if taken.Events != 200 || taken.Queued != 5 || taken.Dropped != 195 || taken.Reasons["queue_oldest"] != 195 {
		t.Errorf("taken %+v, want 5 of 200 queued, the others dropped as queue_oldest", taken)
	}
	if got := numbers(t, ask(d.local, http.MethodGet, "/ram/south/events", "").Body.String()); !slices.Equal(got, []int{195, 196, 197, 198, 199}) {
		t.Errorf("%v in the queue, want the last 5", got)
	}
	if head := ask(d.local, http.MethodHead, "/disk/south/events", ""); head.Code != http.StatusOK || head.Body.Len() > 0 {
		t.Errorf("HEAD = %d with %d bytes, want 200 and none", head.Code, head.Body.Len())
	}
	if empty := ask(d.local, http.MethodGet, "/wait/south/events", ""); empty.Code != http.StatusOK || empty.Body.Len() > 0 || empty.Header().Get("Content-Type") != api.LinesType {
		t.Errorf("an empty queue = %d %q %q, want 200 and no line", empty.Code, empty.Body, empty.Header())
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer[api.Taken](t, d, http.MethodPost, "/ram/south/events", lines(0, 4))
	if got := answer[api.Purged](t, d, http.MethodDelete, "/ram/south/events", ""); got != (api.Purged{Events: 4}) {
		t.Errorf("purged %+v, want 4 events", got)
	}
	if q := get[api.Queue](t, d, "/ram/south"); q.Events != 0 || q.Dropped["purged"] != 4 {
		t.Errorf("%+v, want it empty, 4 dropped as purged", q)
	}
	for _, want := range []string{
		"events imported: route=ram to=south events=4 dropped=0 whole=true", "queue purged: route=ram to=south events=4 being-sent=0",
	} {
		if !strings.Contains(d.log.String(), "[INFO]  "+want) {
			t.Errorf("log %q, want %q in it", d.log.String(), want)
		}
	}
}

// TestAnsweredIsDurable: what was asked for is on disk with the answer, and where it cannot be, the answer says so.
func TestAnsweredIsDurable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if taken := answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", lines(0, 200)); taken.Queued != 200 || taken.Unsafe != "" {
		t.Errorf("taken %+v, want 200 queued, safe", taken)
	}
	if q := get[api.Queue](t, d, "/disk/south"); q.Disk.MemoryOnly != 0 || q.Disk.Unsynced != 0 {
		t.Errorf("%d events in memory only, %d bytes not synced, want none", q.Disk.MemoryOnly, q.Disk.Unsynced)
	}
	if purged := answer[api.Purged](t, d, http.MethodDelete, "/disk/south/events", ""); purged.Events != 200 || purged.Unsafe != "" {
		t.Errorf("purged %+v, want 200 events, safely", purged)
	}
	if err := d.bridge.Close(); err != nil { // the queue has no files from now on
		t.Fatal(err)
	}
	if taken := answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", lines(0, 2)); taken.Queued != 2 || !strings.Contains(taken.Unsafe, "journal is closed") {
		t.Errorf("taken %+v, want 2 queued, in memory only", taken)
	}
	if w := ask(d.local, http.MethodPost, "/disk/south/events", lines(0, 1)+"bad\n"); !strings.Contains(w.Body.String(), "events taken before: 1, in memory only: ") {
		t.Errorf("import with a bad line = %q, want it to say that 1 is in memory only", w.Body)
	}
	if purged := answer[api.Purged](t, d, http.MethodDelete, "/disk/south/events", ""); purged.Events != 3 || !strings.Contains(purged.Unsafe, "journal is closed") {
		t.Errorf("purged %+v, want 3 events, in memory only", purged)
	}
	if want := "[WARN]  queue changed in memory only: what=import route=disk to=south "; !strings.Contains(d.log.String(), want) {
		t.Errorf("log %q, want %q in it", d.log.String(), want)
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 8 {
		d.letter(t, "ram", i)
	}
	all := ask(d.remote, http.MethodGet, "/ram/south/letters", "")
	if got := numbers(t, all.Body.String()); !slices.Equal(got, []int{0, 1, 2, 3, 4, 5, 6, 7}) || !strings.Contains(all.Body.String(), `"reason":"refused","reply":"no"`) {
		t.Errorf("letters %q, want 0 to 7 with reason and reply", all.Body)
	}
	if got := numbers(t, ask(d.remote, http.MethodGet, "/ram/south/letters?limit=2", "").Body.String()); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("letters %v with limit 2, want the first 2", got)
	}
	taken := answer[api.Taken](t, d, http.MethodPost, "/ram/south/letters/retry", "")
	if taken.Events != 5 || taken.Queued != 5 || taken.Left != 3 {
		t.Errorf("retried %+v, want 5 that have room, 3 left", taken)
	}
	if got := numbers(t, ask(d.local, http.MethodGet, "/ram/south/letters", "").Body.String()); !slices.Equal(got, []int{5, 6, 7}) {
		t.Errorf("letters %v after the retry, want 5 to 7", got)
	}
	if got := answer[api.Purged](t, d, http.MethodDelete, "/ram/south/letters", ""); got != (api.Purged{Events: 3}) {
		t.Errorf("purged %+v, want 3", got)
	}
	if q := get[api.Queue](t, d, "/ram/south"); q.Letters != 0 || q.Events != 5 {
		t.Errorf("%+v, want 5 events and no letters", q)
	}
	for _, want := range []string{"dead letters retried: route=ram to=south events=5 dropped=0 left=3", "dead letters purged: route=ram to=south letters=3"} {
		if !strings.Contains(d.log.String(), "[INFO]  "+want) {
			t.Errorf("log %q, want %q in it", d.log.String(), want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer[api.Taken](t, d, http.MethodPost, "/disk/south/events", lines(0, 50))
	if err := d.bridge.Close(); err != nil { // now they are in the file
		t.Fatal(err)
	}
	if got := get[api.Check](t, d, "/disk/south/check"); !got.Clean || got.Events != 50 || got.Segments != 1 || got.Findings != nil {
		t.Errorf("%+v, want 50 events, clean", got)
	}
	segments, err := filepath.Glob(filepath.Join(d.dir, "queues", "disk@south", "*"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(segments, func(name string) bool { info, err := os.Stat(name); return err == nil && info.Size() > 1000 })
	if i < 0 {
		t.Fatalf("no segment in %q", segments)
	}
	text, err := os.ReadFile(segments[i])
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 0xFF
	if err := os.WriteFile(segments[i], text, 0o600); err != nil {
		t.Fatal(err)
	}
	got := get[api.Check](t, d, "/disk/south/check")
	if got.Clean || got.Events != 49 || got.MissingEvents != 1 || got.DamagedRegions != 1 || len(got.Findings) == 0 || got.Findings[0].Kind != "damaged" {
		t.Errorf("%+v, want one damaged event among 50", got)
	}
	if after, err := os.ReadFile(segments[i]); err != nil || !bytes.Equal(after, text) {
		t.Errorf("the file was changed by the check (%v)", err)
	}
	if w := ask(d.local, http.MethodGet, "/ram/south/check", ""); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "in memory") {
		t.Errorf("check of a queue in memory = %d %q, want 409", w.Code, w.Body)
	}
}
