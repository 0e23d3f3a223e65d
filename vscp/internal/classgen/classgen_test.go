package main

import (
	"os"
	"strings"
	"testing"
)

func TestTableIsCurrent(t *testing.T) {
	classes, err := parse(data)
	if err != nil {
		t.Fatalf("parse(classes.tsv): %v", err)
	}
	want, err := generate(classes)
	if err != nil {
		t.Fatalf("generate: %v", err)
	}
	got, err := os.ReadFile("../../" + output)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not what classes.tsv gives; run go generate ./vscp", output)
	}
}

func TestParseDerivesMirrors(t *testing.T) {
	classes, err := parse("class\t7\tCLASS1.A\ntype\t7\t2\tTWO\ntype\t7\t1\tONE\nclass\t2000\tCLASS2.B\t7\n")
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	if len(classes) != 3 {
		t.Fatalf("parse gave %d classes, want 3: %v", len(classes), classes)
	}
	if got := classes[0].types[0].token; got != "ONE" {
		t.Errorf("first type of class 7 = %s, want ONE", got)
	}
	if got := classes[1]; got.id != 519 || got.token != "CLASS2.LEVEL1.A" || got.typesOf != 7 {
		t.Errorf("mirror = %+v, want 519 CLASS2.LEVEL1.A with the types of 7", got)
	}
	if got := classes[2].typesOf; got != 7 {
		t.Errorf("class 2000 has the types of %d, want 7", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"fields":          {"class\t1", "line 1: 2 fields"},
		"type fields":     {"class\t1\tCLASS1.A\ntype\t1\t2", "line 2: 3 fields"},
		"kind":            {"klass\t1\tCLASS1.A", `"klass" is neither`},
		"number":          {"class\t65536\tCLASS2.A", "out of range"},
		"class twice":     {"class\t1\tCLASS1.A\nclass\t1\tCLASS1.B", "line 2: class 1 twice"},
		"token twice":     {"class\t1\tCLASS1.A_B\nclass\t2\tCLASS1.A.B", "classes 1 and 2 are both"},
		"class token":     {"class\t1\tclass1.a", "class token"},
		"listed mirror":   {"class\t513\tCLASS2.LEVEL1.A", "derived"},
		"wrong level":     {"class\t1\tCLASS2.A", "cannot be"},
		"early type":      {"type\t1\t0\tA", "before the class"},
		"type id twice":   {"class\t1\tCLASS1.A\ntype\t1\t0\tA\ntype\t1\t0\tB", "twice"},
		"type name twice": {"class\t1\tCLASS1.A\ntype\t1\t0\tA\ntype\t1\t1\tA", "twice"},
		"type token":      {"class\t1\tCLASS1.A\ntype\t1\t0\t17", "type token"},
		"level I type":    {"class\t1\tCLASS1.A\ntype\t1\t256\tA", "type 256 of Level I"},
		"own types":       {"class\t1\tCLASS1.A\nclass\t2\tCLASS1.B\t1\ntype\t2\t0\tA", "has the types of class 1"},
		"no such types":   {"class\t1\tCLASS1.A\t9", "class 9 has no types"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("parse(%q) error = %v, want one with %q", c.text, err, c.want)
			}
		})
	}
}
