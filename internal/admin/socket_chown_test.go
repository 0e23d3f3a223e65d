//go:build linux && amd64

package admin

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestSocketWithoutChown gives the socket to the group of the process where that may not hand files to others, as in the systemd unit.
func TestSocketWithoutChown(t *testing.T) {
	const child = "TEST_SOCKET_WITHOUT_CHOWN"
	if os.Getenv(child) == "" {
		run := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSocketWithoutChown$", "-test.count=1")
		run.Env = append(os.Environ(), child+"=1")
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("the process without chown ended with %v, want no error:\n%s", err, out)
		}
		return
	}
	forbidChown(t)
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(file, -1, os.Getegid()); !errors.Is(err, unix.EPERM) {
		t.Fatalf("chown = %v, want that it is forbidden", err)
	}
	s, err := listenSocket(t.Context(), socketPath(t), strconv.Itoa(os.Getegid()))
	if err != nil {
		t.Fatalf("listenSocket with the group of the process = %v, want no error", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// forbidChown has the kernel refuse, to this process and for good, what changes the owner of a file.
func forbidChown(t *testing.T) {
	t.Helper()
	const load, equal, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	calls := []uint32{unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT}
	program := []unix.SockFilter{{Code: load}} // the number of the call comes first
	for i, call := range calls {
		program = append(program, unix.SockFilter{Code: equal, K: call, Jt: uint8(len(calls) - i)})
	}
	program = append(program,
		unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)})
	filter := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&filter)))
	if errno != 0 {
		t.Skipf("system calls cannot be filtered here: %v", errno)
	}
}
