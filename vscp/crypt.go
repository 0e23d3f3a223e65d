package vscp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"slices"
)

// Sizes of an encrypted event frame in bytes: the first byte, the blocks, the initialisation vector.
const (
	MinEncryptedFrame = 1 + (MinFrame-1+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize + aes.BlockSize
	MaxEncryptedFrame = 1 + (MaxFrame-1+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize + aes.BlockSize
)

// The algorithms in the low nibble of the first byte, each AES in CBC mode.
const (
	cipherNone   = 0
	cipherAES128 = 1
	cipherAES256 = 3
)

func cipherName(nibble byte) string { return fmt.Sprintf("AES-%d", 64*(int(nibble)+1)) }

// EncryptFrame appends the encrypted form of a plain event frame. A key of 16, 24 or 32 bytes chooses AES-128, AES-192
// or AES-256; the algorithm is written into the first byte, which stays clear. iv has 16 bytes and must be different,
// and not to be foretold, for each frame: nil, the right choice outside tests, takes it from crypto/rand. It is appended
// in clear. dst may be frame[:0]; other overlaps are not allowed.
//
// What it protects: someone without the key cannot read the event, only that there is one, when, and how long it is in
// steps of 16 bytes. What it does not protect: nothing is authenticated. Anyone who can send to the receiver can replay
// a frame, and who can change one on its way can change bits of the event; the checksum inside is no defence. And a key
// protects only as long as it is secret: the default keys of the peers are printed in their documentation and sources,
// so with them, nothing is protected. Over networks that are not trusted use a tunnel or TLS instead.
//
// A frame that is not a plain event frame is a [*FrameError]; dst is returned as it was on any error.
func EncryptFrame(dst, frame, key, iv []byte) ([]byte, error) {
	size, err := frameLen(frame)
	if err != nil {
		return dst, err
	}
	block, nibble, err := frameCipher(key)
	if err != nil {
		return dst, err
	}
	if iv != nil && len(iv) != aes.BlockSize {
		return dst, fmt.Errorf("frame: iv: %d bytes, want %d", len(iv), aes.BlockSize)
	}
	// 1 to 16 bytes of filler as the firmware does it. vscphelper adds up to 32; readers care for neither.
	body := (size-1)/aes.BlockSize*aes.BlockSize + aes.BlockSize
	dst = slices.Grow(dst, 1+body+aes.BlockSize)
	b := dst[len(dst) : len(dst)+1+body+aes.BlockSize]
	b[0] = frame[0] | nibble
	copy(b[1:], frame[1:size])
	clear(b[size : 1+body])
	if iv == nil {
		rand.Read(b[1+body:])
	} else {
		copy(b[1+body:], iv)
	}
	cipher.NewCBCEncrypter(block, b[1+body:]).CryptBlocks(b[1:1+body], b[1:1+body])
	return dst[:len(dst)+len(b)], nil
}

// DecryptFrame appends the plain event frame in packet, which is one whole encrypted frame: only its end tells where the
// initialisation vector is. The first byte loses the algorithm, and the filler is cut off where the size field says. dst
// may be packet[:0]; other overlaps are not allowed.
//
// The key must be of the algorithm that the packet names. A wrong key of the right length shows in a senseless size
// field, or else in the checksum, which [Event.DecodeFrame] compares. That a frame decrypts does not prove who sent it,
// nor when: see [EncryptFrame].
//
// A packet that is no encrypted event frame is a [*FrameError]; dst is returned as it was on any error.
func DecryptFrame(dst, packet, key []byte) ([]byte, error) {
	block, nibble, err := frameCipher(key)
	if err != nil {
		return dst, err
	}
	if len(packet) == 0 {
		return dst, newFrameError("length", 0, "is 0")
	}
	if err := checkKind(packet[0], true); err != nil {
		return dst, err
	}
	if got := packet[0] & 0x0F; got != nibble {
		return dst, newFrameError("encryption", 0, "is %s, the key is for %s", cipherName(got), cipherName(nibble))
	}
	body := len(packet) - 1 - aes.BlockSize
	if len(packet) < MinEncryptedFrame || len(packet) > MaxEncryptedFrame || body%aes.BlockSize != 0 {
		return dst, newFrameError("length", len(packet), "is %d, not %d to %d in steps of %d",
			len(packet), MinEncryptedFrame, MaxEncryptedFrame, aes.BlockSize)
	}
	iv := packet[1+body:]
	plain := slices.Grow(dst, 1+body)
	b := plain[len(dst) : len(dst)+1+body]
	b[0] = packet[0] &^ 0x0F
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(b[1:], packet[1:1+body])
	size, err := frameLen(b)
	if err != nil {
		return dst, newFrameError("encryption", 0, "cannot be undone, the key is wrong or the packet damaged: %v", err)
	}
	return plain[:len(dst)+size], nil
}

// FrameEncrypted reports whether the first byte of a frame says that it is encrypted.
func FrameEncrypted(frame []byte) bool { return len(frame) > 0 && frame[0]&0x0F != cipherNone }

// frameCipher returns the cipher for key and the number of its algorithm.
func frameCipher(key []byte) (cipher.Block, byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, 0, fmt.Errorf("frame: key: %w", err)
	}
	return block, byte(len(key)/8 - 1), nil
}
