package runner

import (
	"fmt"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/diag"
)

// decodeText turns the content of a file into UTF-8, given the name of its
// encoding; "" is UTF-8.
func decodeText(name string, content []byte) ([]byte, error) {
	from, known := charset.Find(name)
	switch {
	case !known:
		return nil, unknownEncoding(name)
	case from == nil:
		return content, nil
	}
	return from.NewDecoder().Bytes(content)
}

func unknownEncoding(name string) error {
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary:    fmt.Sprintf("unknown encoding `%s`", name),
		Suggestion: "name one such as `latin1`, `windows-1252`, `utf-16le` or `shift_jis`, or save the file as UTF-8",
	}
}
