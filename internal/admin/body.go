package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// maxBody is the longest document that is taken: room for the longest event, and what stands around it.
const maxBody = 64 << 10

// readBody reads the document of a request. It answers one that is wrong, and reports false. That pages make browsers send is never JSON,
// unless they were allowed to ask.
func readBody(w http.ResponseWriter, r *http.Request, v any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "the body must be JSON, with Content-Type: application/json")
		return false
	}
	in := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	in.DisallowUnknownFields()
	err := in.Decode(v)
	if err == nil {
		if _, more := in.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the document")
		}
	}
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes", long.Limit))
	case errors.Is(err, io.EOF):
		refuse(w, http.StatusBadRequest, "the body is empty")
	case err != nil:
		refuse(w, http.StatusBadRequest, fmt.Sprintf("the body is not as it should be: %.300v", err))
	}
	return err == nil
}
