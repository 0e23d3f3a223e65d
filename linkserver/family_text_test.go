package linkserver

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

func TestCNumber(t *testing.T) {
	for _, tt := range []struct {
		text string
		base int
		want uint64
		rest string
		read bool
	}{
		{"12", 10, 12, "", true},
		{" 12,3", 10, 12, ",3", true},
		{"0x1f", 10, 31, "", true},
		{"0x", 10, 0, "x", true},
		{"010", 0, 8, "", true},
		{"08", 0, 0, "8", true},
		{"08", 10, 8, "", true},
		{"0", 0, 0, "", true},
		{"-1", 10, 1<<64 - 1, "", true},
		{"+7", 10, 7, "", true},
		{"--7", 10, 0, "--7", false},
		{"x", 10, 0, "x", false},
		{"", 10, 0, "", false},
	} {
		n, rest, read := cNumber(tt.text, tt.base)
		if n != tt.want || rest != tt.rest || read != tt.read {
			t.Errorf("cNumber(%q, %d) = %d, %q, %v, want %d, %q, %v", tt.text, tt.base, n, rest, read, tt.want, tt.rest, tt.read)
		}
	}
}

func TestCGUID(t *testing.T) {
	for _, tt := range []struct {
		text string
		want vscp.GUID
		read bool
	}{
		{"1:2:ff", vscp.GUID{1, 2, 255}, true},
		{"hello", vscp.GUID{}, false},
		{"", vscp.GUID{}, false},
		{"1:x:3", vscp.GUID{1, 0, 3}, true},
		{"0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:10:11", vscp.GUID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, true},
	} {
		if got, read := cGUID(tt.text); got != tt.want || read != tt.read {
			t.Errorf("cGUID(%q) = %v, %v, want %v, %v", tt.text, got, read, tt.want, tt.read)
		}
	}
}

func TestFirmwareData(t *testing.T) {
	for text, want := range map[string][]byte{
		"": {0}, "1,2,3": {1, 2, 3}, "1,": {1}, "1,xx,3": {1, 0, 0, 0, 3}, "010,08,0x0A": {8, 0, 0, 10}, "256,-1": {0, 255},
	} {
		if got := firmwareData(text); !slices.Equal(got, want) {
			t.Errorf("firmwareData(%q) = %v, want %v", text, got, want)
		}
	}
}

// FuzzFamilies feeds arbitrary bytes to a session of each family. It ends, and writes whole lines only.
func FuzzFamilies(f *testing.F) {
	for _, seed := range []string{
		"USER admin\r\nPASS secret\r\nSEND 0,20,3,0,2024-10-11T12:10:11,5,-,1,xx\r\nRETR 5\r\n", "++\n+3\n+\nSGID hello\r\n",
		"SFLT 0,1\r\nSMSK x,y,z,w\r\nRETR -1\r\nRETRIEVE 3\n", "INTERFACE\r\nCDTA\r\n", "SEND 0,532,3,0,,,-,1\r\nNOOP\n",
		"\r\n\n\r", "RCVLOOP\r\nSEND 0,20,3,0,,,-\r\nQUITLOOP\r\n",
	} {
		f.Add([]byte(seed), uint16(7))
		f.Add([]byte(seed), uint16(60000))
	}
	f.Fuzz(func(t *testing.T, input []byte, piece uint16) {
		for _, like := range Families() {
			opts := testOptions()
			opts.Like = like
			opts.KeepAlive = time.Hour
			srv := newTestServer(t, opts)
			conn := &inputConn{input: bytes.Clone(input), piece: int(piece) + 1}
			srv.ServeConn(t.Context(), conn)
			if out := conn.output.Bytes(); !bytes.HasSuffix(out, []byte("\r\n")) {
				t.Errorf("%s: output of %q ends in %q, want whole lines", like, input, out[max(0, len(out)-40):])
			}
			if s := srv.Stats(); len(s.Clients) != 0 || s.Offered != s.Filtered+s.Overrun+s.Delivered+s.Cleared+s.Discarded {
				t.Errorf("%s: %q left stats %+v, want them balanced and no client", like, input, s)
			}
		}
	})
}
