package vscp

import (
	"bytes"
	"testing"
)

func TestCommandVectors(t *testing.T) {
	for _, v := range loadVectors[frameVectors](t, "frames.json").Commands {
		want := CommandFrame{v.Code, unhex(t, v.Arg)}
		for sum, text := range map[CommandCRC]string{CommandCRCSpec: v.Spec, CommandCRCLibraries: v.Libraries} {
			frame := unhex(t, text)
			if got, err := want.AppendFrame(nil, sum); err != nil || !bytes.Equal(got, frame) {
				t.Errorf("%s: AppendFrame(%d) of %s = %X, %v, want %X", v.ID, sum, v.Name, got, err, frame)
			}
			got := CommandFrame{99, []byte("old argument")}
			if err := got.DecodeFrame(frame); err != nil || !got.equal(want) {
				t.Errorf("%s: DecodeFrame(%X) = %+v, %v, want %+v", v.ID, frame, got, err, want)
			}
		}
	}
}

func (c CommandFrame) equal(o CommandFrame) bool {
	return c.Code == o.Code && bytes.Equal(c.Arg, o.Arg)
}

func TestCommandFrameRefuses(t *testing.T) {
	for _, c := range []struct {
		frame []byte
		want  string
	}{
		{nil, "frame: byte 0: length is 0, a command has 5 to 555 bytes"},
		{[]byte{0xE0, 0, 0, 0x1D}, "frame: byte 4: length is 4, a command has 5 to 555 bytes"},
		{make([]byte, 556), "frame: byte 556: length is 556, a command has 5 to 555 bytes"},
		{[]byte{0xF0, 0, 0, 0x1D, 0x0F}, "frame: byte 0: type is 0xF0, want 0xE0 for a plain command"},
		{[]byte{0xE1, 0, 0, 0x1D, 0x0F}, "frame: byte 0: type is 0xE1, want 0xE0 for a plain command"},
		{[]byte{0xE0, 0, 0, 0x1D, 0x0E}, "frame: byte 3: crc is 0x1D0E, the bytes before it have 0x1D0F or 0x84C0"},
	} {
		got, want := CommandFrame{2, []byte("admin")}, CommandFrame{2, []byte("admin")}
		if err := got.DecodeFrame(c.frame); err == nil || err.Error() != c.want {
			t.Errorf("DecodeFrame(%.20X) = %v, want %s", c.frame, err, c.want)
		}
		if !got.equal(want) {
			t.Errorf("DecodeFrame(%.20X) failed but left %+v, want %+v", c.frame, got, want)
		}
	}
	long := CommandFrame{Code: 5, Arg: make([]byte, MaxCommandArg+1)}
	const want = "frame: byte 3: argument has 551 bytes, at most 550 are allowed"
	if got, err := long.AppendFrame([]byte("before"), CommandCRCSpec); string(got) != "before" || err == nil || err.Error() != want {
		t.Errorf("AppendFrame of a long argument = %q, %v, want %q, %s", got, err, "before", want)
	}
}
