package journal

import (
	"bytes"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
)

// bothFind looks at a folder and opens it, which must tell the same, and closes it again.
func bothFind(t *testing.T, disk *faultfs.FS, o Options) Recovery {
	t.Helper()
	view := mustLook(t, disk, o)
	j, found := mustOpen(t, o)
	checkView(t, view, j, found)
	mustClose(t, j)
	return found
}

// TestDamageBelowTheCursor damages record 5: it counts while it is wanted, to the last.
func TestDamageBelowTheCursor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		cursor  []byte
		regions int
		missing uint64
	}{
		{"it is the first that is wanted", slot(8, 5), 1, 1},
		{"it is the last that is not", slot(8, 6), 0, 0},
		{"long passed", slot(8, 10), 0, 0},
		{"cursor damaged", nil, 1, 1},
		{"cursor from the future", slot(8, 5000), 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			disk, o, names := sample(t)
			content(t, disk, names[0])[offsetOf(t, disk, names[0], 5)+headerSize] ^= 1
			disk.Put(testDir+"/"+cursorName, tt.cursor)
			found := bothFind(t, disk, o)
			if found.DamagedRegions != tt.regions || found.MissingRecords != tt.missing || len(found.Findings) != tt.regions {
				t.Errorf("Recovery = %+v, want %d damaged regions and %d missing", found, tt.regions, tt.missing)
			}
			if got := len(quarantined(disk)); got != tt.regions {
				t.Errorf("%d copies, want %d", got, tt.regions)
			}
		})
	}
}

// TestKnownDamage is told of once, also when its file or its end is gone by then.
func TestKnownDamage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		damage  func(*faultfs.FS, []string)
		records uint64
		regions int // that are still in a file afterwards
	}{
		{"a record", func(d *faultfs.FS, n []string) { content(t, d, n[1])[offsetOf(t, d, n[1], 15)+headerSize] ^= 1 }, 1, 1},
		{"the first record", func(d *faultfs.FS, n []string) { content(t, d, n[1])[0] ^= 1 }, 1, 1},
		{"an end", func(d *faultfs.FS, n []string) { d.Put(n[1], content(t, d, n[1])[:offsetOf(t, d, n[1], 18)+9]) }, 3, 0},
		{"a whole segment", func(d *faultfs.FS, n []string) { clear(content(t, d, n[1])) }, 10, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			disk, o, names := sample(t)
			tt.damage(disk, names)
			if found := bothFind(t, disk, o); found.Clean() || found.DamagedRegions != 1 || found.MissingRecords != tt.records {
				t.Errorf("first Recovery = %+v, want a damaged region and %d missing", found, tt.records)
			}
			copies := quarantined(disk)
			for range 2 {
				found := bothFind(t, disk, o)
				if !found.Clean() || found.MissingRecords != 0 || found.KnownRecords != tt.records || found.KnownRegions != tt.regions {
					t.Errorf("next Recovery = %+v, want %d known regions with %d records", found, tt.regions, tt.records)
				}
				if len(found.Findings) != tt.regions || tt.regions > 0 && !found.Findings[0].Known {
					t.Errorf("Findings = %+v, want %d known", found.Findings, tt.regions)
				}
			}
			if got := quarantined(disk); !slices.Equal(got, copies) {
				t.Errorf("copies %v, want %v", got, copies)
			}
			// What is lost besides is new.
			if err := disk.Remove(names[2]); err != nil {
				t.Fatal(err)
			}
			content(t, disk, names[0])[offsetOf(t, disk, names[0], 3)+headerSize] ^= 1
			if found := bothFind(t, disk, o); found.Clean() || found.DamagedRegions != 1 || found.MissingRecords != 1 {
				t.Errorf("Recovery after more damage = %+v, want that alone as new", found)
			}
		})
	}
}

// TestOtherDamageIsNotKnown has a copy of the right name with other bytes, or with too few of them: it is written anew.
func TestOtherDamageIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, spoil := range []func([]byte) []byte{
		func(b []byte) []byte { return bytes.Repeat([]byte{7}, len(b)) },
		func(b []byte) []byte { return b[:len(b)-3] },
	} {
		disk, o, names := sample(t)
		content(t, disk, names[0])[offsetOf(t, disk, names[0], 5)+headerSize] ^= 1
		bothFind(t, disk, o)
		name := quarantined(disk)[0]
		want := slices.Clone(content(t, disk, name))
		disk.Put(name, spoil(slices.Clone(want)))
		if found := bothFind(t, disk, o); found.Clean() || found.KnownRegions != 0 || found.DamagedRegions != 1 {
			t.Errorf("Recovery = %+v, want the damage as new", found)
		}
		if got := content(t, disk, name); !bytes.Equal(got, want) {
			t.Errorf("the copy is %q, want %q", got, want)
		}
		if found := bothFind(t, disk, o); !found.Clean() {
			t.Errorf("next Recovery = %+v, want it known", found)
		}
	}
}
