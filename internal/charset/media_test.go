package charset

import "testing"

// TestMedia protects that all parts of the tool take a media type for the same
// kind of content.
func TestMedia(t *testing.T) {
	for _, test := range []struct{ contentType, media, is string }{
		{"application/json", "application/json", "json text"},
		{"Application/Problem+JSON; charset=utf-8", "application/problem+json", "json text"},
		{"application/x-ndjson", "application/x-ndjson", "text"},
		{"application/json-seq", "application/json-seq", "text"},
		{"application/vnd.api+json", "application/vnd.api+json", "json text"},
		{"text/xml", "text/xml", "xml text"},
		{"image/svg+xml", "image/svg+xml", "xml text"},
		{"application/xhtml+xml", "application/xhtml+xml", "xml text"},
		{"text/html;charset=x;charset=y", "text/html", "html text"},
		{"application/vnd.x-html", "application/vnd.x-html", ""},
		{"application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "text"},
		{"application/x-yaml", "application/x-yaml", "text"},
		{"application/sql", "application/sql", "text"},
		{"application/x-sqlite3", "application/x-sqlite3", ""},
		{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		{"application/octet-stream", "application/octet-stream", ""},
		{"", "", ""},
	} {
		m := MediaOf(test.contentType)
		is := ""
		for _, kind := range []struct {
			name string
			is   bool
		}{{"json", m.IsJSON()}, {"xml", m.IsXML()}, {"html", m.IsHTML()}, {"text", m.IsText()}} {
			if kind.is && is != "" {
				is += " "
			}
			if kind.is {
				is += kind.name
			}
		}
		if string(m) != test.media || is != test.is {
			t.Errorf("%q is %q: %q, want %q: %q", test.contentType, m, is, test.media, test.is)
		}
	}
}
