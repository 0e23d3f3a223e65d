package admin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// readTimeout is how long a client that sends lines may be silent. A person may feed them by hand.
const readTimeout = 5 * time.Minute

// slowly is a request that may take longer than the limits of the server for a whole one. A connection that knows no deadlines has
// none to move, so that errors say nothing.
type slowly struct{ deadlines *http.ResponseController }

// takeTime lifts the limits. That for reading would also end the context of the request.
func takeTime(w http.ResponseWriter) slowly {
	s := slowly{http.NewResponseController(w)}
	_ = s.deadlines.SetReadDeadline(time.Time{})
	_ = s.deadlines.SetWriteDeadline(time.Time{})
	return s
}

// reply begins a part of the answer, which the client has some time to take.
func (s slowly) reply() { _ = s.deadlines.SetWriteDeadline(time.Now().Add(writeTimeout)) }

// answer begins the answer as a whole. What is left of a body that nobody wants has some time as well: the server reads it first.
func (s slowly) answer() {
	s.reply()
	_ = s.deadlines.SetReadDeadline(time.Now().Add(headerTimeout))
}

// cutError is why the lines of a request ended early.
type cutError struct{ err error }

// Error names what the connection said.
func (e *cutError) Error() string { return fmt.Sprintf("the lines ended early: %v", e.err) }

// Unwrap returns what the connection said.
func (e *cutError) Unwrap() error { return e.err }

// slowBody is the body of a request whose client has readTimeout for each read.
type slowBody struct {
	body io.Reader
	slow slowly
}

// Read implements io.Reader.
func (b *slowBody) Read(p []byte) (int, error) {
	_ = b.slow.deadlines.SetReadDeadline(time.Now().Add(readTimeout))
	n, err := b.body.Read(p)
	_ = b.slow.deadlines.SetReadDeadline(time.Time{}) // behind the end the server watches whether the client is still there
	if err != nil && !errors.Is(err, io.EOF) {
		err = &cutError{err}
	}
	return n, err
}
