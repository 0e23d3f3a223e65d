package expr

import "errors"

// CallError is a mistake found by one of our functions, with words of its own instead of HCL's.
type CallError struct {
	Summary, Detail string
	Discreet        string // the detail without the argument; empty: it may be shown
	OfReader        bool   // as diag.Diagnostic.OfReader
}

// Error returns the detail.
func (e *CallError) Error() string {
	return e.Detail
}

// discreetly leaves out of an error what it says of an argument that is not to be quoted.
func discreetly(err error) error {
	own, ok := errors.AsType[*CallError](err)
	if !ok || own.Discreet == "" {
		return &CallError{
			Summary: "Error in function call",
			Detail:  "The reason is not shown: it could quote an argument that is sensitive, or came from env or file. If that is no secret, put nonsensitive(...) around it.",
		}
	}
	return &CallError{Summary: own.Summary, Detail: own.Discreet, OfReader: own.OfReader}
}
