package admin

import (
	"context"
	"errors"
	"fmt"
)

// listenSocket refuses: file modes do not keep other users out here.
func listenSocket(_ context.Context, path, _ string) (*socket, error) {
	return nil, fmt.Errorf("%s: a socket for one user: %w", path, errors.ErrUnsupported)
}
