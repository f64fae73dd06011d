package scope

import "strings"

// defaultHeaders is the member of an environment that holds header fields for
// every request (kulala).
const defaultHeaders = "$kulalaDefaultHeaders"

// DefaultHeaders returns the header fields that the environment adds to requests
// which do not set them: variables whose names are those of the fields. Of two of
// one name, the one of the stronger section counts.
func (e *Env) DefaultHeaders() []*Variable {
	var fields []*Variable
	seen := map[string]bool{}
	for _, l := range e.layers {
		for _, m := range l.file.section(l.section) {
			members, isObject := m.node.value.([]member)
			if m.name != defaultHeaders || !isObject {
				continue
			}
			for _, field := range members {
				if folded := strings.ToLower(field.name); !seen[folded] {
					seen[folded] = true
					fields = append(fields, l.file.variable(l.section, field))
				}
			}
		}
	}
	return fields
}
