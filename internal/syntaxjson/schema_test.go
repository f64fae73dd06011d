package syntaxjson

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// jsonSchema checks documents against the few keywords of JSON Schema that
// docs/parse.schema.json uses. A keyword that it does not know fails the test:
// what it would say is never left unchecked.
type jsonSchema struct{ root map[string]any }

func readSchema(t *testing.T) *jsonSchema {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	s := &jsonSchema{}
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

// check returns what is wrong with a value at path.
func (s *jsonSchema) check(path string, schema map[string]any, v any) []string {
	var problems []string
	complain := func(format string, args ...any) {
		problems = append(problems, path+": "+fmt.Sprintf(format, args...))
	}
	for _, keyword := range slices.Sorted(maps.Keys(schema)) {
		rule := schema[keyword]
		switch keyword {
		case "$schema", "title", "description", "$defs":
		case "$ref":
			name := strings.TrimPrefix(rule.(string), "#/$defs/")
			problems = append(problems, s.check(path, s.root["$defs"].(map[string]any)[name].(map[string]any), v)...)
		case "anyOf":
			if !slices.ContainsFunc(rule.([]any), func(one any) bool { return len(s.check(path, one.(map[string]any), v)) == 0 }) {
				complain("%v is none of what it may be", v)
			}
		case "type":
			names, many := rule.([]any)
			if !many {
				names = []any{rule}
			}
			if !slices.Contains(names, any(typeOf(v))) {
				complain("%v is no %v", v, rule)
			}
		case "enum":
			if !slices.Contains(rule.([]any), v) {
				complain("%v is none of %v", v, rule)
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < rule.(float64) {
				complain("%v is less than %v", v, rule)
			}
		case "minItems":
			if list, ok := v.([]any); ok && len(list) < int(rule.(float64)) {
				complain("%d items", len(list))
			}
		case "maxItems":
			if list, ok := v.([]any); ok && len(list) > int(rule.(float64)) {
				complain("%d items", len(list))
			}
		case "items":
			list, _ := v.([]any)
			for i, item := range list {
				problems = append(problems, s.check(fmt.Sprintf("%s[%d]", path, i), rule.(map[string]any), item)...)
			}
		case "prefixItems":
			list, _ := v.([]any)
			for i, one := range rule.([]any) {
				if i < len(list) {
					problems = append(problems, s.check(fmt.Sprintf("%s[%d]", path, i), one.(map[string]any), list[i])...)
				}
			}
		case "required":
			object, _ := v.(map[string]any)
			for _, name := range rule.([]any) {
				if _, ok := object[name.(string)]; !ok {
					complain("%v is missing", name)
				}
			}
		case "properties":
			object, _ := v.(map[string]any)
			for name, value := range object {
				if one, ok := rule.(map[string]any)[name]; ok {
					problems = append(problems, s.check(path+"."+name, one.(map[string]any), value)...)
				}
			}
		case "additionalProperties":
			object, _ := v.(map[string]any)
			for name := range object {
				if _, ok := schema["properties"].(map[string]any)[name]; !ok {
					complain("%s is not in the schema", name)
				}
			}
		default:
			complain("the schema has the keyword %s, which this test does not know", keyword)
		}
	}
	return problems
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	default:
		return "object"
	}
}
