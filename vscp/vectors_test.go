package vscp

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// The vector files hold what a careful reader should do with each text, and what known implementations do.

type eventVectors struct {
	Vectors []struct {
		ID, Text string
		Expect   struct {
			Result, Why string
			Event       vectorEvent
		}
	}
	Emission []struct {
		ID    string
		Event vectorEvent
		Text  map[string]string
	}
	Numbers []struct {
		Text   string
		Expect *uint64
	}
}

type vectorEvent struct {
	Head  Head
	Class Class
	Type  uint16
	ObID  uint32
	Time  struct {
		Form, DateTime, NS string
		US                 uint32
	}
	NS            string // in emission cases
	GUID          string
	InterfaceGUID bool `json:"interface_guid"`
	Data          string
}

func (v vectorEvent) event(t testing.TB) Event {
	t.Helper()
	e := Event{Head: v.Head, Class: v.Class, Type: v.Type, ObID: v.ObID, GUID: hexGUID(t, v.GUID)}
	var err error
	if e.Data, err = hex.DecodeString(v.Data); err != nil {
		t.Fatal(err)
	}
	if ns := v.NS + v.Time.NS; ns != "" {
		if e.Time.Nanos, err = strconv.ParseUint(ns, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	if v.Time.DateTime != "" {
		date, err := time.Parse(time.RFC3339, v.Time.DateTime)
		if err != nil {
			t.Fatal(err)
		}
		e.Time = TimeOf(date)
	}
	e.Time.Micros = v.Time.US
	return e
}

type guidVectors struct {
	Vectors []struct {
		ID, Text, Note string
		Expect         struct{ Result, GUID, Why string }
	}
	Writers []struct {
		GUID, Full string
		Compact    string `json:"compact (firmware writer)"`
		UUID       string `json:"uuid (firmware writer)"`
	}
	InterfaceGUID []struct {
		ServerGUID    string `json:"server_guid"`
		ClientID      uint16 `json:"client_id"`
		InterfaceGUID string `json:"interface_guid"`
	} `json:"interface_guid"`
}

type filterVectors struct {
	Text []struct {
		ID, Text string
		Expect   struct {
			Result, Why string
			Filter      struct {
				Priority uint8
				Class    Class
				Type     uint16
				GUID     string
			}
		}
	}
	Match []struct {
		ID, Filter, Mask string
		Event            vectorEvent
		Match            bool
	}
}

// loadVectors decodes testdata/name into a T.
func loadVectors[T any](t testing.TB, name string) T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func hexGUID(t testing.TB, s string) (g GUID) {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(g) {
		t.Fatalf("bad GUID %q in a vector: %v", s, err)
	}
	copy(g[:], b)
	return g
}

// equal compares all fields; no data and empty data are the same.
func (e *Event) equal(o *Event) bool {
	a, b := e.fields(), o.fields()
	return a.Head == b.Head && sameButHead(e, o)
}

func sameButHead(a, b *Event) bool {
	return a.Class == b.Class && a.Type == b.Type && a.ObID == b.ObID && a.Time == b.Time && a.GUID == b.GUID &&
		bytes.Equal(a.Data, b.Data)
}
