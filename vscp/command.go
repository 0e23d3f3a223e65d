package vscp

import (
	"encoding/binary"
	"slices"
)

// MaxCommandArg is the longest argument of a command frame in bytes: a whole event frame.
const MaxCommandArg = MaxFrame

const commandArg = 3 // where the argument begins

// CommandCRC says what the checksum of a command frame is computed over. Readers should accept both, as
// [CommandFrame.DecodeFrame] does.
type CommandCRC uint8

// The checksums of command frames.
const (
	CommandCRCSpec      CommandCRC = iota // over code and argument
	CommandCRCLibraries                   // over code, argument and two zero bytes, as the C libraries have it
)

// CommandFrame is a command of the binary mode of a link: NOOP is code 0, USER is code 2 with the name as its argument.
// The frame does not say how long it is, so it can be read only where something else does.
type CommandFrame struct {
	Code uint16
	Arg  []byte
}

// AppendFrame appends the command as a frame. More than MaxCommandArg bytes of argument are a [*FrameError], with dst
// returned as it was.
func (c *CommandFrame) AppendFrame(dst []byte, sum CommandCRC) ([]byte, error) {
	n := len(c.Arg)
	if n > MaxCommandArg {
		return dst, newFrameError("argument", commandArg, "has %d bytes, at most %d are allowed", n, MaxCommandArg)
	}
	dst = slices.Grow(dst, commandArg+n+crcLen)
	b := dst[len(dst) : len(dst)+commandArg+n+crcLen]
	b[0] = kindCommand << 4
	binary.BigEndian.PutUint16(b[1:], c.Code)
	copy(b[commandArg:], c.Arg)
	binary.BigEndian.PutUint16(b[commandArg+n:], commandCRC(b[1:commandArg+n], sum))
	return dst[:len(dst)+len(b)], nil
}

// DecodeFrame reads a command frame, all of it. The argument is written over c.Arg as far as its capacity goes. On an
// error, which is a [*FrameError], c is left as it was.
func (c *CommandFrame) DecodeFrame(frame []byte) error {
	at := len(frame) - crcLen
	if at < commandArg || at > commandArg+MaxCommandArg {
		return newFrameError("length", len(frame), "is %d, a command has %d to %d bytes",
			len(frame), commandArg+crcLen, commandArg+MaxCommandArg+crcLen)
	}
	if frame[0] != kindCommand<<4 {
		return newFrameError("type", 0, "is 0x%02X, want 0x%02X for a plain command", frame[0], kindCommand<<4)
	}
	got := binary.BigEndian.Uint16(frame[at:])
	spec, libraries := commandCRC(frame[1:at], CommandCRCSpec), commandCRC(frame[1:at], CommandCRCLibraries)
	if got != spec && got != libraries {
		return newFrameError("crc", at, "is 0x%04X, the bytes before it have 0x%04X or 0x%04X", got, spec, libraries)
	}
	c.Code = binary.BigEndian.Uint16(frame[1:])
	c.Arg = append(c.Arg[:0], frame[commandArg:at]...)
	return nil
}

func commandCRC(body []byte, sum CommandCRC) uint16 {
	crc := crc16(crcStart, body)
	if sum == CommandCRCLibraries {
		crc = crc16(crc, []byte{0, 0})
	}
	return crc
}
