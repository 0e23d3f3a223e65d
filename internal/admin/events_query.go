package admin

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/bridge"
	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// defaultEvents is how many of the last events are told without a limit.
const defaultEvents = 100

// maxParameters bounds the work that a filter makes for each event.
const maxParameters = 64

// SightsOf reads the parameters that choose events, and the limit. The error is one of the person who wrote them, with the name of the
// parameter.
func SightsOf(query url.Values) (f bridge.SightFilter, limit int, err error) {
	limit = defaultEvents
	n := 0
	for name, values := range query {
		if n += len(values); n > maxParameters {
			return f, 0, fmt.Errorf("there are more than %d parameters", maxParameters)
		}
		if err := readParameter(&f, &limit, name, values); err != nil {
			return f, 0, err
		}
	}
	for _, text := range query[api.QueryType] { // when the classes are known
		types, err := vscp.ParseTypes(f.Classes, text)
		if err != nil {
			return f, 0, fmt.Errorf("%s: %w", api.QueryType, err)
		}
		f.Types = append(f.Types, types...)
	}
	return f, limit, nil
}

func readParameter(f *bridge.SightFilter, limit *int, name string, values []string) (err error) {
	switch name {
	case api.QueryRemote:
		f.Remotes = values
	case api.QueryRoute:
		f.Routes = values
	case api.QueryClass:
		f.Classes, err = eachOf(values, vscp.ParseShortClass)
	case api.QueryType:
	case api.QueryGUID:
		f.GUIDs, err = eachOf(values, vscp.ParseGUIDPattern)
	case api.QueryReason:
		f.Reasons, err = eachOf(values, parseReason)
	case api.QueryShow:
		f.Show, err = oneOf(values, parseShow)
	case api.QueryLimit:
		*limit, err = oneOf(values, parseLimit)
	default:
		return fmt.Errorf("there is no parameter %.40q", name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func eachOf[T any](values []string, parse func(string) (T, error)) ([]T, error) {
	out := make([]T, 0, len(values))
	for _, text := range values {
		v, err := parse(text)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func oneOf[T any](values []string, parse func(string) (T, error)) (v T, err error) {
	if len(values) != 1 {
		return v, fmt.Errorf("is given %d times", len(values))
	}
	return parse(values[0])
}

func parseReason(text string) (bridge.Reason, error) {
	if r := bridge.Reason(text); bridge.KnownReason(r) {
		return r, nil
	}
	return "", fmt.Errorf("there is no reason %.40q", text)
}

func parseShow(text string) (bridge.Show, error) {
	switch text {
	case api.ShowAll:
		return bridge.ShowAll, nil
	case api.ShowPassed:
		return bridge.ShowPassed, nil
	case api.ShowDropped:
		return bridge.ShowDropped, nil
	}
	return 0, fmt.Errorf("%.40q is none of %s, %s and %s", text, api.ShowAll, api.ShowPassed, api.ShowDropped)
}

func parseLimit(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%.40q is no whole number from 1 on", text)
	}
	return n, nil
}
