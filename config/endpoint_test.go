package config

import "testing"

func TestParseAddress(t *testing.T) {
	tests := []struct{ text, want string }{
		{"house", "house:9598"},
		{"house:1", "house:1"},
		{"house.example.:65535", "house.example.:65535"},
		{"192.0.2.7", "192.0.2.7:9598"},
		{"192.0.2.7:9601", "192.0.2.7:9601"},
		{"[2001:db8::7]", "[2001:db8::7]:9598"},
		{"[2001:db8::7]:9601", "[2001:db8::7]:9601"},
		{"[fe80::1%eth0]:9601", "[fe80::1%eth0]:9601"},
		{"my_device-1", "my_device-1:9598"},
		{"", ""},
		{":9598", ""},
		{"house:", ""},
		{"house:0", ""},
		{"house:65536", ""},
		{"house:-1", ""},
		{"house:link", ""},
		{"house:1:2", ""},
		{"2001:db8::7", ""},
		{"[house]", ""},
		{"[192.0.2.7]:1:2", ""},
		{"[2001:db8::7", ""},
		{"[]", ""},
		{"[]:9598", ""},
		{"-house", ""},
		{"my house", ""},
		{"house\r\n", ""},
		{"[fe80::1%e th]:9601", ""},
		{"tcp://house", ""},
		{"admin@house", ""},
	}
	for _, tt := range tests {
		got, reason := parseAddress(tt.text)
		if got != tt.want || (reason == "") != (tt.want != "") {
			t.Errorf("parseAddress(%q) = %q, %q, want %q", tt.text, got, reason, tt.want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, text := range []string{"house", "house:1", "[2001:db8::7]:9601", "[fe80::1%eth0]", "a:b:c", ":1", "[]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		addr, reason := parseAddress(text)
		if (addr == "") == (reason == "") {
			t.Fatalf("parseAddress(%q) = %q, %q, want either an address or a reason", text, addr, reason)
		}
		if reason != "" {
			return
		}
		if again, reason := parseAddress(addr); again != addr {
			t.Errorf("parseAddress(%q) = %q, %q, want the same address again", addr, again, reason)
		}
	})
}

func TestIsLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:1": true, "127.9.9.9:1": true, "[::1]:1": true, "localhost:1": true, "LocalHost:1": true,
		"192.0.2.7:1": false, "[2001:db8::7]:1": false, "house:1": false, "localhost.example:1": false, "": false,
	} {
		if got := isLoopback(addr); got != want {
			t.Errorf("isLoopback(%q) = %t, want %t", addr, got, want)
		}
	}
}
