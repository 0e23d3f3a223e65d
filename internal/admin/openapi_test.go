package admin

import (
	"flag"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

var update = flag.Bool("update", false, "write the schemas of docs/openapi.yaml anew")

// TestDescribedTypes holds the schemas against the Go types.
func TestDescribedTypes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(description)
	if err != nil {
		t.Fatal(err)
	}
	before, got, ok := strings.Cut(string(text), written)
	if !ok {
		t.Fatalf("%s has no line %q", description, written)
	}
	want := schemasOf(t)
	switch {
	case got == want:
	case *update:
		if err := os.WriteFile(description, []byte(before+written+want), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not up to date, run make openapi; want\n%s", description, want)
	}
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// TestDescribedPaths holds the paths and methods against those that are answered.
func TestDescribedPaths(t *testing.T) {
	t.Parallel()
	d, _ := readDescription(t)
	want := map[string][]string{"/livez": {http.MethodGet}, "/readyz": {http.MethodGet}, "/metrics": {http.MethodGet}}
	for path, answers := range apiPaths(&Options{}) {
		want[path] = slices.Sorted(maps.Keys(answers))
	}
	for path, item := range d.Paths {
		if got := slices.Sorted(maps.Keys(item.operations())); !slices.Equal(got, want[path]) {
			t.Errorf("%s has %s with %v, the server answers %v", description, path, got, want[path])
		}
		delete(want, path)
		var names []string
		for _, m := range inPath.FindAllStringSubmatch(path, -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		for method, o := range item.operations() {
			if got := d.named(item.Parameters, o.Parameters)["path"]; !slices.Equal(got, names) {
				t.Errorf("%s %s has the path parameters %v, want %v", method, path, got, names)
			}
		}
	}
	for path, methods := range want {
		t.Errorf("%s has nothing of %s, which answers %v", description, path, methods)
	}
}

// TestDescribedOperations wants of each what a client needs: who may ask, what it gets, and the error.
func TestDescribedOperations(t *testing.T) {
	t.Parallel()
	d, _ := readDescription(t)
	ids := map[string]string{}
	for path, item := range d.Paths {
		for method, o := range item.operations() {
			name := method + " " + path
			if other, twice := ids[o.OperationID]; o.OperationID == "" || o.Summary == "" || len(o.Tags) != 1 || twice {
				t.Errorf("%s has operationId %q (as %q), summary %q and tags %v, want one of each", name, o.OperationID, other, o.Summary, o.Tags)
			}
			ids[o.OperationID] = name
			if ok := o.Responses["200"]; ok.Description == "" || len(ok.Content) == 0 {
				t.Errorf("%s has no answer of success", name)
			}
			if !strings.HasPrefix(path, "/api/") {
				continue
			}
			security := d.Security
			if o.Security != nil {
				security = *o.Security
			}
			free := slices.ContainsFunc(security, func(s map[string][]string) bool { return len(s) == 0 })
			if read := method == http.MethodGet; free != read || len(security) == 0 {
				t.Errorf("%s takes security %v, want a token, and that none will do: %v", name, security, read)
			}
			if _, named := o.Responses["404"]; strings.Contains(path, "{") && !named {
				t.Errorf("%s has a name in its path, and no answer 404", name)
			}
			d.checkErrors(t, name, o)
		}
	}
}

func (d *openapi) checkErrors(t *testing.T, name string, o *operation) {
	t.Helper()
	for _, status := range []string{"400", "401", "403", "503", "default"} { // of each
		if o.Responses[status].Ref == "" {
			t.Errorf("%s has no answer %s", name, status)
		}
	}
	for status, r := range o.Responses {
		if status == "200" {
			continue
		}
		r = d.Components.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
		if got := r.Content["application/json"].Schema["$ref"]; got != "#/components/schemas/Error" {
			t.Errorf("%s answers %s with %v, want an Error", name, status, got)
		}
	}
}

var reference = regexp.MustCompile(`\$ref: "#/components/(\w+)/(\w+)"`)

// TestDescribedParts finds nothing that is named and not there, or there and named nowhere.
func TestDescribedParts(t *testing.T) {
	t.Parallel()
	d, text := readDescription(t)
	unnamed := map[string]bool{}
	for kind, names := range map[string][]string{
		"parameters": slices.Collect(maps.Keys(d.Components.Parameters)),
		"responses":  slices.Collect(maps.Keys(d.Components.Responses)),
		"schemas":    slices.Collect(maps.Keys(d.Components.Schemas)),
	} {
		for _, name := range names {
			unnamed[kind+"/"+name] = true
		}
	}
	known := maps.Clone(unnamed)
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		if part := m[1] + "/" + m[2]; !known[part] {
			t.Errorf("%s names %s, which is not there", description, part)
		} else {
			delete(unnamed, part)
		}
	}
	for part := range unnamed {
		t.Errorf("%s has %s, which nothing names", description, part)
	}
}

// TestDescribedEventParameters holds them against those that are read.
func TestDescribedEventParameters(t *testing.T) {
	t.Parallel()
	d, _ := readDescription(t)
	s := readSource(t)
	want := s.parameters()
	last, stream := d.Paths[api.EventsPath].Get, d.Paths[api.EventStreamPath].Get
	if last == nil || stream == nil {
		t.Fatalf("%s has nothing of %s or %s", description, api.EventsPath, api.EventStreamPath)
	}
	if got := d.named(last.Parameters)["query"]; !slices.Equal(got, want) {
		t.Errorf("%s takes %v, want %v", api.EventsPath, got, want)
	}
	want = slices.DeleteFunc(want, func(name string) bool { return name == api.QueryLimit })
	if got := d.named(stream.Parameters)["query"]; !slices.Equal(got, want) {
		t.Errorf("%s takes %v, want %v", api.EventStreamPath, got, want)
	}
}
