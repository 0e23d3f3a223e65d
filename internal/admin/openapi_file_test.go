package admin

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	description = "../../docs/openapi.yaml"
	written     = "    # From here on written from the Go types: make openapi.\n"
)

// openapi is what docs/openapi.yaml may have.
type openapi struct {
	OpenAPI    string
	Info       map[string]string
	Servers    []map[string]string
	Security   []map[string][]string
	Tags       []map[string]string
	Paths      map[string]pathItem
	Components struct {
		SecuritySchemes map[string]map[string]string `yaml:"securitySchemes"`
		Parameters      map[string]parameter
		Responses       map[string]answered
		Schemas         map[string]schema
	}
}

type pathItem struct {
	Parameters        []parameter
	Get, Post, Delete *operation
}

type operation struct {
	OperationID string `yaml:"operationId"`
	Tags        []string
	Summary     string
	Description string
	Security    *[]map[string][]string
	Parameters  []parameter
	RequestBody struct {
		Required bool
		Content  content
	} `yaml:"requestBody"`
	Responses map[string]answered
}

type parameter struct {
	Ref                   string `yaml:"$ref"`
	Name, In, Description string
	Required              bool
	Schema                schema
}

type answered struct {
	Ref         string `yaml:"$ref"`
	Description string
	Content     content
}

type content map[string]struct{ Schema schema }

// schema is left as it is written.
type schema map[string]any

// operations returns what a path answers, by method.
func (p *pathItem) operations() map[string]*operation {
	all := map[string]*operation{http.MethodGet: p.Get, http.MethodPost: p.Post, http.MethodDelete: p.Delete}
	maps.DeleteFunc(all, func(_ string, o *operation) bool { return o == nil })
	return all
}

// named returns the parameters of an operation by place and name.
func (d *openapi) named(lists ...[]parameter) map[string][]string {
	names := map[string][]string{}
	for _, p := range slices.Concat(lists...) {
		if p.Ref != "" {
			p = d.Components.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
		}
		names[p.In] = append(names[p.In], p.Name)
	}
	for _, list := range names {
		slices.Sort(list)
	}
	return names
}

func readDescription(t *testing.T) (*openapi, string) {
	t.Helper()
	text, err := os.ReadFile(description)
	if err != nil {
		t.Fatal(err)
	}
	d := new(openapi)
	in := yaml.NewDecoder(bytes.NewReader(text))
	in.KnownFields(true)
	if err := in.Decode(d); err != nil {
		t.Fatalf("%s: %v", description, err)
	}
	return d, string(text)
}

// differences says where a value is not as a schema has it.
func (d *openapi) differences(s schema, v any, at string) []string {
	if ref, ok := s["$ref"].(string); ok {
		return d.differences(d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")], v, at)
	}
	kind := kindOf(v)
	if wanted := fmt.Sprint(s["type"]); !strings.Contains(wanted, kind) && (wanted != "number" || kind != "integer") {
		return []string{fmt.Sprintf("%s is %s, want %s", at, kind, wanted)}
	}
	var why []string
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			why = append(why, d.differences(part(s["items"]), item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		why = d.members(s, v, at)
	case string:
		if s["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339, v); err != nil {
				why = append(why, fmt.Sprintf("%s is no time: %v", at, err))
			}
		}
	}
	return why
}

// members says it of an object.
func (d *openapi) members(s schema, v map[string]any, at string) (why []string) {
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			why = append(why, fmt.Sprintf("%s has no %s", at, name))
		}
	}
	properties, other := part(s["properties"]), part(s["additionalProperties"])
	for name, item := range v {
		switch property := part(properties[name]); {
		case property != nil:
			why = append(why, d.differences(property, item, at+"."+name)...)
		case other != nil:
			why = append(why, d.differences(other, item, at+"."+name)...)
		case properties != nil:
			why = append(why, fmt.Sprintf("%s.%s is not described", at, name))
		}
	}
	return why
}

// part returns a schema, or the map of them, that stands in another; nil: it has none.
func part(v any) schema {
	switch v := v.(type) {
	case schema:
		return v
	case map[string]any:
		return v
	default:
		return nil
	}
}

// kindOf returns what JSON calls a value.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}
