package simdevice

import (
	"errors"
	"fmt"
	"math"

	"github.com/tcpiplink/tcpiplink-bridge/linkserver"
)

// MaxRate is the highest rate that a Device accepts, in events per second.
const MaxRate = 1_000_000

// minRate is one event in almost three hours; slower ones are a mistake of units.
const minRate = 0.0001

// ErrRate is in the chain of New's error if the rate is out of range.
var ErrRate = errors.New("rate out of range")

// Options describe a Device. Start from DefaultOptions.
type Options struct {
	Server linkserver.Options // the server, with OnEvent for what clients send
	Source Source             // makes the events
	Feed   Feed               // nil: Source and Rate say which events come, and when; otherwise it does
	Rate   float64            // events per second, at most MaxRate; 0: none
	Count  uint64             // stop emitting after so many and go on serving; 0: no end
}

// DefaultOptions returns the options of a server without accounts that emits one temperature per second.
func DefaultOptions() Options {
	return Options{Server: linkserver.DefaultOptions(), Source: Readings{}, Rate: 1}
}

func (o *Options) validate() error {
	switch {
	case o.Source == nil:
		return errors.New("simdevice: options: no source")
	case isEmpty(o.Source):
		return errors.New("simdevice: options: no row to play")
	case math.IsNaN(o.Rate) || o.Rate != 0 && (o.Rate < minRate || o.Rate > MaxRate):
		return fmt.Errorf("simdevice: options: %w: %v events per second, must be 0 or %v..%v", ErrRate, o.Rate, minRate, MaxRate)
	}
	return nil
}

func isEmpty(s Source) bool {
	p, ok := s.(Play)
	return ok && len(p) == 0
}
