package main

import (
	"os"
	"testing"
)

// checkScreen compares what a command shows with a file. UPDATE_SCREENS=1 writes the file anew.
func checkScreen(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_SCREENS") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s(UPDATE_SCREENS=1 go test writes it anew)", file, got, want)
	}
}

// drawn is the text of a status.
func drawn(v *statusView) string {
	v.draw()
	return v.out.String()
}
