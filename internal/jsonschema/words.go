package jsonschema

import (
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// checkingWords are the keywords, of any draft, without which a schema asks for
// less. A slip in one of them must not be a check that is left out.
var checkingWords = [...]string{
	"$dynamicRef", "$recursiveRef", "$ref", "$schema",
	"additionalItems", "additionalProperties", "allOf", "anyOf", "const", "contains", "dependencies", "dependentRequired", "dependentSchemas",
	"else", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "if", "items", "maxContains", "maxItems", "maxLength", "maxProperties",
	"maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "oneOf", "pattern", "patternProperties",
	"prefixItems", "properties", "propertyNames", "required", "then", "type", "unevaluatedItems", "unevaluatedProperties", "uniqueItems",
}

// otherWords are known too: what describes, in any draft and in OpenAPI.
var otherWords = [...]string{
	"$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$recursiveAnchor", "$vocabulary",
	"contentEncoding", "contentMediaType", "contentSchema", "default", "definitions", "deprecated", "description", "disallow", "discriminator",
	"divisibleBy", "example", "examples", "extends", "externalDocs", "id", "nullable", "optional", "readOnly", "title", "writeOnly", "xml",
}

// misspelt finds a word that no draft knows and that was probably meant to be a
// keyword. Any other unknown word is an annotation, as the drafts want it, and
// so is all that a meta-schema of one's own may have given a meaning.
func (k *keywords) misspelt() {
	if _, standard := knownDraft(k.dialect.meta); !standard {
		return
	}
	for _, word := range slices.Sorted(maps.Keys(k.m)) {
		if slices.Contains(checkingWords[:], word) || slices.Contains(otherWords[:], word) {
			continue
		}
		if meant := meantWord(word); meant != "" {
			k.fail(k.where(word), "unknown keyword `%s`", word)
			k.hint("did you mean `" + meant + "`?")
		}
	}
}

// meantWord returns the keyword that a word is a slip of, or "". A slip in four
// letters is forgiven, and two at most: words of one's own such as `note` and
// `unit` are near to keywords as short as they are.
func meantWord(word string) string {
	if strings.HasPrefix(word, "x-") || strings.IndexFunc(word, isWordStart) != 0 {
		return ""
	}
	meant, least := "", 3
	for _, keyword := range &checkingWords {
		if n := diag.Slips(word, keyword); n < least && n <= len(keyword)/4 {
			meant, least = keyword, n
		}
	}
	return meant
}

func isWordStart(r rune) bool { return r == '$' || 'a' <= r|0x20 && r|0x20 <= 'z' }
