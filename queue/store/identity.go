package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// identityName is the file with what tells a bridge from all others, for one that has no GUID: 32 hexadecimal digits.
const identityName = "identity"

// Identity returns the 16 bytes that tell the bridge of this folder from all others, random ones that are made the first time. It is
// told whether they are new ones in place of what could not be understood.
func (h *Held) Identity() (id [16]byte, mended bool, err error) {
	text, err := h.readIdentity()
	switch {
	case err == nil:
		if raw, err := hex.DecodeString(strings.TrimSpace(text)); err == nil && len(raw) == len(id) {
			return [16]byte(raw), false, nil
		}
		mended = true
	case !errors.Is(err, fs.ErrNotExist):
		return id, false, fmt.Errorf("identity: %w", err)
	}
	_, _ = rand.Read(id[:]) // it never fails
	if err := h.writeIdentity(hex.EncodeToString(id[:]) + "\n"); err != nil {
		return [16]byte{}, mended, fmt.Errorf("identity: %w", err)
	}
	return id, mended, nil
}

func (h *Held) readIdentity() (string, error) {
	file, err := h.fs.OpenFile(filepath.Join(h.dir, identityName), os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	buf := make([]byte, 64)
	n, err := file.ReadAt(buf, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return string(buf[:n]), errors.Join(err, file.Close())
}

// writeIdentity leaves the file as it was, or whole and durable.
func (h *Held) writeIdentity(text string) error {
	path := filepath.Join(h.dir, identityName)
	file, err := h.fs.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteAt([]byte(text), 0)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := h.fs.Rename(path+".new", path); err != nil {
		return err
	}
	return h.fs.SyncDir(h.dir)
}
