package vscp

import "testing"

func addEventTexts(f *testing.F) {
	f.Helper()
	for _, v := range loadVectors[eventVectors](f, "events_text.json").Vectors {
		f.Add([]byte(v.Text))
	}
	for _, row := range benchRows {
		f.Add([]byte(row.text))
	}
}

// No panic, the same answer as the second reader, nothing changed on an error, and every form reads back.
func FuzzEventText(f *testing.F) {
	addEventTexts(f)
	f.Fuzz(func(t *testing.T, line []byte) {
		want, ok := oracleEvent(string(line))
		if !ok {
			want = sampleEvent()
		}
		got := sampleEvent()
		if err := got.DecodeText(line); (err == nil) != ok {
			t.Fatalf("DecodeText(%q) = %v, want accepted: %v", line, err, ok)
		}
		if !got.equal(&want) {
			t.Fatalf("DecodeText(%q), accepted: %v, left %+v, want %+v", line, ok, got, want)
		}
		checkForms(t, &got)
	})
}

// Whatever the fields are, every form reads back.
func FuzzEventFields(f *testing.F) {
	guid := sampleEvent().GUID
	f.Add(uint16(0x60), uint16(10), uint16(6), uint32(0), uint64(1_770_000_000_123_456_789), uint32(0), guid[:], []byte{72, 52})
	f.Add(uint16(0x160), uint16(10), uint16(6), uint32(7), uint64(1_770_000_000_000_000_000), uint32(678), guid[:], []byte{})
	f.Add(uint16(0x160), uint16(10), uint16(6), uint32(7), uint64(18446744073709551615), uint32(999_999), guid[:], []byte{})
	f.Add(uint16(0x60), uint16(20), uint16(3), uint32(0), uint64(5), uint32(0), []byte{}, []byte{255})
	f.Add(uint16(0x60), uint16(20), uint16(3), uint32(0), uint64(0), uint32(678), []byte{}, []byte{255})
	f.Fuzz(func(t *testing.T, head, class, typ uint16, obid uint32, nanos uint64, micros uint32, guid, data []byte) {
		e := Event{Head(head), Class(class), typ, obid, Time{nanos, micros}, GUID{}, data[:min(len(data), MaxData)]}
		copy(e.GUID[:], guid)
		checkForms(t, &e)
	})
}

// Row and Event read the same, a Row is not changed by an error, and what it writes is the event it holds.
func FuzzRow(f *testing.F) {
	addEventTexts(f)
	f.Fuzz(func(t *testing.T, line []byte) {
		var e Event
		errEvent := e.DecodeText(line)
		r := parseRow(t, "96,20,3,0,,,-,1,0xFF")
		before := string(r.Text)
		if err := r.Parse(line); (err == nil) != (errEvent == nil) {
			t.Fatalf("Row.Parse(%q) = %v, want as Event.DecodeText: %v", line, err, errEvent)
		}
		if errEvent != nil {
			if after := r.AppendText(nil, TextForm{}); string(r.Text) != before || string(after) != before {
				t.Fatalf("Row.Parse(%q) failed but left %q, which writes %q, want %q", line, r.Text, after, before)
			}
			return
		}
		var fromRow Event
		if r.Event(&fromRow); !fromRow.equal(&e) {
			t.Fatalf("Row of %q has %+v, want %+v", line, fromRow, e)
		}
		for _, form := range allForms() {
			var again Row
			text := r.AppendText(nil, form)
			if err := again.Parse(text); err != nil {
				t.Fatalf("Row.AppendText(%+v) of %q = %q: %v", form, line, text, err)
			}
			var got Event
			again.Event(&got)
			if want := readBack(&e, form); !got.equal(&want) {
				t.Fatalf("Row.AppendText(%+v) of %q = %q, which is %+v, want %+v", form, line, text, got, want)
			}
			if again.kinds&dataOdd != 0 || len(text) > MaxText {
				t.Fatalf("Row.AppendText(%+v) of %q = %q, want plain data in %d bytes", form, line, text, MaxText)
			}
		}
	})
}

func FuzzGUID(f *testing.F) {
	for _, v := range loadVectors[guidVectors](f, "guid.json").Vectors {
		f.Add(v.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, ok := oracleGUID(text)
		got, err := ParseGUID(text)
		if (err == nil) != ok || ok && got != want || !ok && got != (GUID{}) {
			t.Fatalf("ParseGUID(%q) = %v, %v, want %v, ok %v", text, got, err, want, ok)
		}
		if again, err := ParseGUID(got.String()); err != nil || again != got {
			t.Fatalf("ParseGUID(%q) = %v, %v, want the same", got, again, err)
		}
	})
}

func FuzzFilter(f *testing.F) {
	for _, v := range loadVectors[filterVectors](f, "filters.json").Text {
		f.Add(v.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseFilter(text)
		if err != nil {
			if got != (Filter{}) {
				t.Fatalf("ParseFilter(%q) = %v with error %v, want the zero filter", text, got, err)
			}
			return
		}
		if again, err := ParseFilter(got.String()); err != nil || again != got {
			t.Fatalf("ParseFilter(%q) = %v, %v, want the same", got, again, err)
		}
		// An event with the filter's own fields passes it.
		m := Matcher{Filter: got, Mask: Filter{Priority: 7, Class: 65535, Type: 65535, GUID: GUID{0xFF, 15: 0xFF}}}
		head := Head(0xFF1F).WithPriority(got.Priority)
		if got.Priority < 8 && !m.Match(head, got.Class, got.Type, got.GUID) {
			t.Fatalf("%v matches its own fields = false, want true", got)
		}
	})
}

func FuzzGUIDPattern(f *testing.F) {
	for _, text := range []string{"*", "FF:*", "FF:FF:FF:FF:FF:FF:FF:FE:B8:27:EB:*", sampleGUID, "::1", "-", "F*", "*:*", ""} {
		f.Add(text, "FF:FF:*")
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		p, err := ParseGUIDPattern(text)
		if err != nil {
			if p != (GUIDPattern{}) {
				t.Fatalf("ParseGUIDPattern(%q) = %v with error %v, want the zero pattern", text, p, err)
			}
			return
		}
		if again, err := ParseGUIDPattern(p.String()); err != nil || again != p {
			t.Fatalf("ParseGUIDPattern(%q) = %v, %v, want the same", p, again, err)
		}
		if !p.Match(p.prefix) || !p.Contains(p) || !p.Overlaps(p) || !(GUIDPattern{}).Contains(p) {
			t.Fatalf("%v does not match, contain or overlap itself", p)
		}
		q, err := ParseGUIDPattern(other)
		if err != nil {
			return
		}
		if p.Contains(q) && q.Contains(p) && p != q {
			t.Fatalf("%v and %v contain each other but differ", p, q)
		}
		if p.Contains(q) && !p.Match(q.prefix) || p.Overlaps(q) != q.Overlaps(p) {
			t.Fatalf("%v contains, matches and overlaps %v: they contradict each other", p, q)
		}
	})
}
