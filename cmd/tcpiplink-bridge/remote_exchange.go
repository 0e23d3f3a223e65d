package main

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// exchange is a request, and what makes its answer complete.
type exchange struct {
	request vscp.Event
	// take looks at an event that may be of the answer, and reports whether nothing more is to come.
	take func(e *vscp.Event) bool
	// check looks at a complete answer. An error is one that says something else than it should; a later one may still be right.
	check func() error
}

// unchecked is the check of a request for something that is not known before.
func unchecked() error { return nil }

// values collects registers from answers that may come in pieces, twice and out of order.
type values struct {
	first uint32
	bytes []byte
	known []bool
}

func newValues(a address) *values {
	return &values{first: a.first, bytes: make([]byte, a.count), known: make([]bool, a.count)}
}

// put notes values from a register on, and reports whether all are known.
func (v *values) put(register uint32, data []byte) bool {
	for i, b := range data {
		// A register before the first gives an index beyond the last.
		if at := uint64(register-v.first) + uint64(i); at < uint64(len(v.bytes)) {
			v.bytes[at], v.known[at] = b, true
		}
	}
	for _, known := range v.known {
		if !known {
			return false
		}
	}
	return true
}

// reads returns the exchanges that read a row of registers into v.
func (n *node) reads(a address, v *values) []exchange {
	switch n.method {
	case methodExtended:
		return []exchange{{
			request: n.event(typeExtendedRead, byte(a.page>>8), byte(a.page), byte(a.first), byte(a.count)),
			take:    n.takeExtended(a.page, v), check: unchecked,
		}}
	case methodPage:
		return []exchange{{request: n.event(typePageRead, byte(a.first), byte(a.count)), take: n.takePage(v), check: unchecked}}
	case methodLevel2:
		return n.readsLevel2(a, v)
	default:
		return n.readsPlain(a, v)
	}
}

func (n *node) readsPlain(a address, v *values) []exchange {
	all := make([]exchange, a.count)
	for i := range all {
		register := byte(a.first) + byte(i)
		all[i] = exchange{request: n.event(typeRead, register), check: unchecked, take: func(e *vscp.Event) bool {
			data, ok := n.takePlain(e, register)
			v.put(uint32(register), data)
			return ok
		}}
	}
	return all
}

// takePlain returns the value of one register, if e answers with it.
func (n *node) takePlain(e *vscp.Event, register byte) (data []byte, ok bool) {
	data, ok = n.answer(e, typeAnswer)
	if !ok || len(data) != 2 || data[0] != register {
		return nil, false
	}
	return data[1:], true
}

func (n *node) readsLevel2(a address, v *values) []exchange {
	var all []exchange
	for at := 0; at < a.count; at += mostLevel2 {
		size := min(mostLevel2, a.count-at)
		part := newValues(address{first: a.first + uint32(at), count: size})
		all = append(all, exchange{
			request: n.event2(typeRead2, part.first, byte(size>>8), byte(size)),
			take:    n.takeLevel2(part, v), check: unchecked,
		})
	}
	return all
}

func (n *node) takeExtended(page uint16, v *values) func(*vscp.Event) bool {
	return func(e *vscp.Event) bool {
		data, ok := n.answer(e, typeExtendedAnswer)
		if !ok || len(data) < 5 || binary.BigEndian.Uint16(data[1:]) != page {
			return false
		}
		return v.put(uint32(data[3]), data[4:])
	}
}

// takePage trusts the sequence number: nothing else in the answer says where its values belong.
func (n *node) takePage(v *values) func(*vscp.Event) bool {
	return func(e *vscp.Event) bool {
		data, ok := n.answer(e, typePageAnswer)
		if !ok || len(data) < 2 {
			return false
		}
		return v.put(v.first+uint32(data[0])*pageAnswerValues, data[1:])
	}
}

// takeLevel2 fills a part, which is complete on its own, and the whole.
func (n *node) takeLevel2(part, whole *values) func(*vscp.Event) bool {
	return func(e *vscp.Event) bool {
		data, ok := n.answer(e, typeAnswer2)
		if !ok || len(data) < 5 {
			return false
		}
		register := binary.BigEndian.Uint32(data)
		whole.put(register, data[4:])
		return part.put(register, data[4:])
	}
}

// writes returns the exchanges that write values from a register on. Each answer must have what was written.
func (n *node) writes(a address, data []byte) []exchange {
	most := 1
	switch n.method {
	case methodExtended:
		most = mostExtendedWrite
	case methodPage:
		most = mostPageWrite
	case methodLevel2:
		most = mostLevel2
	default: // one register at a time
	}
	var all []exchange
	for at := 0; at < len(data); at += most {
		chunk := data[at:min(at+most, len(data))]
		all = append(all, n.write(address{page: a.page, first: a.first + uint32(at), count: len(chunk)}, chunk))
	}
	return all
}

// write returns the exchange that writes one chunk.
func (n *node) write(a address, chunk []byte) exchange {
	register := byte(a.first)
	echo := newValues(a)
	var request vscp.Event
	var take func(e *vscp.Event) bool
	switch n.method {
	case methodExtended:
		request = n.event(typeExtendedWrite, append([]byte{byte(a.page >> 8), byte(a.page), register}, chunk...)...)
		take = n.takeExtended(a.page, echo)
	case methodPage:
		request = n.event(typePageWrite, append([]byte{register}, chunk...)...)
		take = func(e *vscp.Event) bool {
			data, ok := n.answer(e, typePageAnswer)
			return ok && len(data) > 1 && echo.put(a.first, data[1:])
		}
	case methodLevel2:
		request = n.event2(typeWrite2, a.first, chunk...)
		take = n.takeLevel2(echo, echo)
	default:
		request = n.event(typeWrite, register, chunk[0])
		take = func(e *vscp.Event) bool {
			data, ok := n.takePlain(e, register)
			return ok && echo.put(a.first, data)
		}
	}
	return exchange{request: request, take: take, check: func() error {
		if !bytes.Equal(echo.bytes, chunk) {
			return fmt.Errorf("the node answers % X to a write of % X", echo.bytes, chunk)
		}
		return nil
	}}
}
