package store

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/faultfs"
)

func mustIdentity(t *testing.T, disk *faultfs.FS) (id [16]byte, mended bool) {
	t.Helper()
	h, err := At(disk, stateDir).Lock()
	if err != nil {
		t.Fatalf("Lock = %v, want the folder", err)
	}
	defer func() { _ = h.Close() }()
	id, mended, err = h.Identity()
	if err != nil || id == [16]byte{} {
		t.Fatalf("Identity = %x, %v, want one", id, err)
	}
	return id, mended
}

func TestIdentityStays(t *testing.T) {
	t.Parallel()
	disk := faultfs.New()
	first, mended := mustIdentity(t, disk)
	if mended {
		t.Error("a first identity is told to be in place of another")
	}
	if again, _ := mustIdentity(t, disk.PowerLoss(rand.New(rand.NewPCG(1, 2)))); again != first {
		t.Errorf("identity after a loss of power = %x, want %x", again, first)
	}
	if other, _ := mustIdentity(t, faultfs.New()); other == first {
		t.Errorf("another folder has the identity %x too", other)
	}
}

func TestIdentityThatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "0123", "zz23456789abcdef0123456789abcdef\n", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"} {
		disk := faultfs.New()
		_, _ = mustIdentity(t, disk)
		disk.Put(filepath.Join(stateDir, identityName), []byte(text))
		id, mended := mustIdentity(t, disk)
		if !mended {
			t.Errorf("%q is taken for an identity", text)
		}
		if again, mended := mustIdentity(t, disk); again != id || mended {
			t.Errorf("after %q the identity is %x and then %x, want the same", text, id, again)
		}
	}
}

// TestIdentityCrashes at each operation of its making: what was returned once stays, and a file that is there is whole.
func TestIdentityCrashes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		for at := 1; ; at++ {
			disk := faultfs.New()
			h, err := At(disk, stateDir).Lock()
			if err != nil {
				t.Fatal(err)
			}
			disk.CrashAt(at)
			id, _, err := h.Identity()
			_ = h.Close()
			after, mended := mustIdentity(t, disk.PowerLoss(rand.New(rand.NewPCG(uint64(at), seed))))
			if mended || err == nil && after != id {
				t.Errorf("seed %d, crash at operation %d: identity %x, %v, and then %x, want no part of one, and one that was told to stay", seed, at, id, err, after)
			}
			if err == nil {
				break
			}
		}
	}
}
