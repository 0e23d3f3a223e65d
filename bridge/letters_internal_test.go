package bridge

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/config"
	"github.com/tcpiplink/tcpiplink-bridge/queue"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// TestDeadLettersOfARouteThatIsBack takes letters out while the direction before, whose last events are refused, writes so many that the file
// becomes the old one.
func TestDeadLettersOfARouteThatIsBack(t *testing.T) {
	cfg, err := config.Parse("test.hcl", []byte(`bridge { state_dir = "`+filepath.ToSlash(t.TempDir())+`" }
remote "b" { address = "b:9598" }`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(cfg, Options{})
	if err != nil {
		t.Fatal(err)
	}
	to, at := b.present.Load().endpoint("b"), way{"r", "b"}
	before, present := b.newDirection(at, to), b.newDirection(at, to)
	n := 0
	write := func(bytes int) {
		for ; bytes > 0; n++ {
			data := append([]byte{byte(n >> 8), byte(n)}, slices.Repeat([]byte{255}, vscp.MaxData-2)...)
			row := vscp.NewRow(&vscp.Event{Class: 1024, Type: 6, Data: data}, vscp.TextForm{})
			l := queue.Letter{Route: "r", To: "b", Reason: "refused", Row: &row}
			if err := before.letters.Put(&l); err != nil {
				t.Fatalf("Put = %v, want nil", err)
			}
			line, _ := l.AppendLine(nil)
			bytes -= len(line)
		}
	}
	write(queue.MaxDeadLetters / 10)
	if _, err := present.letters.Take(func([]queue.Letter) (int, error) {
		write(queue.MaxDeadLetters)
		return 5, nil
	}); err != nil {
		t.Errorf("Take = %v, want nil", err)
	}
	var got []int
	for l, err := range present.letters.All() {
		if err != nil {
			t.Fatalf("All = %v, want nil", err)
		}
		var e vscp.Event
		l.Row.Event(&e)
		got = append(got, int(e.Data[0])<<8|int(e.Data[1]))
	}
	if len(got) != n-5 || got[0] != 5 || !slices.IsSorted(got) || got[len(got)-1] != n-1 {
		t.Errorf("letters %d, want all from 5 to %d", got, n-1)
	}
	if err := b.Close(); err != nil {
		t.Errorf("Close = %v, want nil", err)
	}
}
