package main

import (
	"bytes"
	"fmt"
	"strconv"
)

// All rows have the same form and length, so that the source and the sink cost little beside what they measure:
//
//	256,10,6,0,,STAMP,GUID,DATA
//
// STAMP is a time in nanoseconds of 19 digits. The last two bytes of the GUID number the sender, and the 8 data bytes the
// events of that sender, from 0.
const (
	rowHead   = "256,10,6,0,,"
	rowGUID   = ",FF:FF:FF:FF:FF:FF:FF:FE:00:00:00:00:00:00:"
	rowStamp  = 19
	rowSender = len("00:00")
	rowData   = len(",0x00") * 8
	rowLen    = len(rowHead) + rowStamp + len(rowGUID) + rowSender + rowData
)

// idleStamp is the time in events whose latency is not measured.
const idleStamp = 1_700_000_000_000_000_000

const hexDigits = "0123456789ABCDEF"

// event is what tells one row from another.
type event struct {
	sender uint16
	number uint64
	stamp  int64
}

// appendRow appends the row of e, without line end.
func appendRow(dst []byte, e event) []byte {
	dst = append(dst, rowHead...)
	dst = strconv.AppendInt(dst, e.stamp, 10)
	dst = append(dst, rowGUID...)
	dst = append(dst, hexDigits[e.sender>>12], hexDigits[e.sender>>8&15], ':', hexDigits[e.sender>>4&15], hexDigits[e.sender&15])
	for shift := 56; shift >= 0; shift -= 8 {
		b := byte(e.number >> shift)
		dst = append(dst, ',', '0', 'x', hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

// parseRow reads a row back, and takes no byte that appendRow would not have written.
func parseRow(line []byte) (event, error) {
	var e event
	rest, ok := bytes.CutPrefix(line, []byte(rowHead))
	if !ok || len(line) != rowLen {
		return e, fmt.Errorf("row %.200q is none of the source's", line)
	}
	for _, c := range rest[:rowStamp] {
		ok = ok && '0' <= c && c <= '9'
		e.stamp = e.stamp*10 + int64(c-'0')
	}
	rest = rest[rowStamp:]
	ok = ok && string(rest[:len(rowGUID)]) == rowGUID
	rest = rest[len(rowGUID):]
	high, okHigh := hexByte(rest)
	low, okLow := hexByte(rest[3:])
	ok = ok && okHigh && okLow && rest[2] == ':'
	e.sender = uint16(high)<<8 | uint16(low)
	for rest = rest[rowSender:]; len(rest) > 0; rest = rest[5:] {
		b, isHex := hexByte(rest[3:])
		ok = ok && isHex && rest[0] == ',' && rest[1] == '0' && rest[2] == 'x'
		e.number = e.number<<8 | uint64(b)
	}
	if !ok {
		return event{}, fmt.Errorf("row %.200q is none of the source's", line)
	}
	return e, nil
}

func hexByte(s []byte) (byte, bool) {
	high, low := hexDigit(s[0]), hexDigit(s[1])
	return high<<4 | low&15, high < 16 && low < 16
}

func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	default:
		return 255
	}
}
