package admin

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// documents are the values that the API takes and answers with; what they are made of is found in them.
func documents() []any {
	return []any{
		api.Error{},
		api.Status{},
		api.Origins{},
		api.Overview{},
		api.OverviewChange{},
		api.Events{},
		api.Pulse{},
		api.Remotes{},
		api.Routes{},
		api.Paused{},
		api.Send{},
		api.Sent{},
		api.Command{},
		api.Reply{},
		api.Reload{},
		api.Queues{},
		api.Check{},
		api.Taken{},
		api.Purged{},
	}
}

// schemas writes Go types as schemas, each named type once.
type schemas struct {
	source
	text map[string]string
}

// schemasOf returns all schemas, by their names, as they stand in docs/openapi.yaml.
func schemasOf(t *testing.T) string {
	t.Helper()
	s := schemas{source: readSource(t), text: map[string]string{}}
	for _, d := range documents() {
		s.of(t, reflect.TypeOf(d))
	}
	var all strings.Builder
	for _, name := range s.types { // in the order of the files
		if all.WriteString(s.text[name]); s.text[name] == "" {
			t.Errorf("api.%s is part of no document", name)
		}
	}
	return all.String()
}

// of returns the schema of a type, in YAML on one line, and notes those of the types in it.
func (s *schemas) of(t *testing.T, v reflect.Type) string {
	t.Helper()
	switch {
	case v == reflect.TypeFor[time.Time]():
		return "type: string, format: date-time"
	case v == reflect.TypeFor[json.RawMessage]():
		return "type: object"
	case v.PkgPath() == reflect.TypeFor[api.Status]().PkgPath():
		s.named(t, v)
		return `$ref: "#/components/schemas/` + v.Name() + `"`
	}
	switch v.Kind() {
	case reflect.Bool:
		return "type: boolean"
	case reflect.Int, reflect.Int64:
		return "type: integer, format: int64"
	case reflect.Uint64:
		return "type: integer, minimum: 0"
	case reflect.Uint8, reflect.Uint16:
		return fmt.Sprintf("type: integer, minimum: 0, maximum: %d", 1<<v.Bits()-1)
	case reflect.Float64:
		return "type: number"
	case reflect.String:
		return "type: string"
	case reflect.Slice:
		return "type: array, items: {" + s.of(t, v.Elem()) + "}"
	case reflect.Map:
		return "type: object, additionalProperties: {" + s.of(t, v.Elem()) + "}"
	case reflect.Pointer:
		return s.of(t, v.Elem())
	default:
		t.Fatalf("%v has no schema", v)
		return ""
	}
}

// named notes the schema of a type of package api.
func (s *schemas) named(t *testing.T, v reflect.Type) {
	t.Helper()
	if s.text[v.Name()] != "" {
		return
	}
	head := fmt.Sprintf("    %s:\n      description: %s\n", v.Name(), s.quoted(v.Name()))
	s.text[v.Name()] = head // a type may hold itself
	if v.Kind() != reflect.Struct {
		s.text[v.Name()] = head + fmt.Sprintf("      type: object\n      additionalProperties: {%s}\n", s.of(t, v.Elem()))
		return
	}
	var required []string
	var properties strings.Builder
	for _, f := range reflect.VisibleFields(v) {
		if f.Anonymous {
			continue // its fields follow
		}
		name, how, _ := strings.Cut(f.Tag.Get("json"), ",")
		schema := s.of(t, f.Type)
		if how == "" {
			required = append(required, name)
			if f.Type.Kind() == reflect.Pointer {
				schema = strings.Replace(schema, "type: number", `type: [number, "null"]`, 1)
			}
		}
		owner := v
		if len(f.Index) > 1 {
			owner = v.FieldByIndex(f.Index[:len(f.Index)-1]).Type
		}
		if about := s.quoted(owner.Name() + "." + f.Name); about != `""` {
			schema += ", description: " + about
		}
		fmt.Fprintf(&properties, "        %s: {%s}\n", name, schema)
	}
	if len(required) > 0 {
		head += "      required: [" + strings.Join(required, ", ") + "]\n"
	}
	s.text[v.Name()] = head + "      type: object\n      properties:\n" + properties.String()
}

// source is what the files of package api say beside their types.
type source struct {
	types  []string          // names, in their order
	about  map[string]string // comments of types, and of fields as Type.Field
	values map[string]string // of constants that are strings
}

var identifier = regexp.MustCompile(`\b[A-Z]\w+\b`)

// quoted returns a comment as a string of YAML, with the values of the constants that it names.
func (s *source) quoted(name string) string {
	text := strings.Join(strings.Fields(s.about[name]), " ")
	return strconv.Quote(identifier.ReplaceAllStringFunc(text, func(word string) string {
		if value, ok := s.values[word]; ok {
			return value
		}
		return word
	}))
}

func readSource(t *testing.T) source {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("api", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("files of package api: %v (%v), want some", files, err)
	}
	s := source{about: map[string]string{}, values: map[string]string{}}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				for _, spec := range g.Specs {
					s.read(spec, g.Doc)
				}
			}
		}
	}
	return s
}

func (s *source) read(spec ast.Spec, about *ast.CommentGroup) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for i, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s.values[spec.Names[i].Name], _ = strconv.Unquote(lit.Value) // it was parsed
			}
		}
	case *ast.TypeSpec:
		s.types = append(s.types, spec.Name.Name)
		s.about[spec.Name.Name] = about.Text()
		if fields, ok := spec.Type.(*ast.StructType); ok {
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					s.about[spec.Name.Name+"."+name.Name] = f.Doc.Text() + f.Comment.Text()
				}
			}
		}
	}
}

// parameters returns the names of the parameters that choose events.
func (s *source) parameters() []string {
	var names []string
	for name, value := range s.values {
		if strings.HasPrefix(name, "Query") {
			names = append(names, value)
		}
	}
	slices.Sort(names)
	return names
}
