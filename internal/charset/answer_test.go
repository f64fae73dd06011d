package charset

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

// TestText protects what decides how the text of an answer is read, and that
// bytes which cannot be what their server says are an error, not other letters.
func TestText(t *testing.T) {
	const html = `<html><head><META http-equiv="x"><meta http-equiv=Content-Type content="text/html; charset=koi8-r">`
	for _, test := range []struct{ name, contentType, in, want, err string }{
		{"nothing said", "text/plain", "é", "é", ""},
		{"nothing said, no UTF-8", "text/plain", "\xe9", "\xe9", ""},
		{"no type", "", "\xe9", "\xe9", ""},
		{"UTF-8", "text/plain; charset=UTF-8", "é", "é", ""},
		{"quoted", `text/plain; charset="iso-8859-1"`, "\xe9", "é", ""},
		{"no UTF-8 though it says so", "text/plain; charset=utf-8", "aé\xe9", "", "byte 0xE9 at offset 3 means nothing in `utf-8`"},
		{"ASCII with more", "text/plain; charset=us-ascii", "\xe9", "é", ""},
		{"Latin-1", "text/plain; charset=ISO-8859-1", "\xe9", "é", ""},
		{"UTF-8 said to be Latin-1", "text/plain; charset=ISO-8859-1", "é", "é", ""},
		{"windows-1251", "text/plain; charset=windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет", ""},
		{"Shift JIS", "text/plain; charset=Shift_JIS", "\x93\xfa", "日", ""},
		{"Shift JIS that could be UTF-8", "text/plain; charset=Shift_JIS", "\xce\xb1", "ﾎｱ", ""},
		{"no Shift JIS", "text/plain; charset=Shift_JIS", "\x93", "", "it holds bytes that mean nothing in `Shift_JIS`"},
		{"unknown", "text/plain; charset=klingon", "\xe9", "", "the charset `klingon` is not known"},
		{"unknown, but UTF-8", "text/plain; charset=utf8mb4", "é", "é", ""},
		{"JSON", "application/json; charset=ISO-8859-1", `{"a":"` + "\xe9" + `"}`, `{"a":"é"}`, ""},
		{"mark of UTF-8", "text/plain", "\ufeffé", "é", ""},
		{"mark before the header", "text/plain; charset=iso-8859-1", "\ufeffé", "é", ""},
		{"mark of UTF-8 on no UTF-8", "text/plain", "\ufeff\xe9", "", "byte 0xE9 at offset 0 means nothing in `utf-8`"},
		{"mark of UTF-16", "text/csv", "\xff\xfea\x00", "a", ""},
		{"the other one", "application/json; charset=utf-8", "\xfe\xff\x00a", "a", ""},
		{"no mark, but sound", "audio/mpeg", "\xff\xfea\x00", "\xff\xfea\x00", ""},
		{"half a character", "text/plain; charset=utf-16le", "a\x00b", "", "it holds bytes that mean nothing in `utf-16le`"},
		{"HTML", "text/html", html + "\xc1", html + "а", ""},
		{"HTML5", "text/html", "<meta charset=latin1>\xe9", "<meta charset=latin1>é", ""},
		{"the header before HTML", "text/html; charset=iso-8859-1", `<meta charset="koi8-r">` + "\xc1", `<meta charset="koi8-r">Á`, ""},
		{"no HTML", "text/plain", "<meta charset=latin1>\xe9", "<meta charset=latin1>\xe9", ""},
		{"XML", "application/atom+xml", `<?xml version="1.0" encoding='ISO-8859-1'?>` + "\xe9", `<?xml version="1.0" encoding='ISO-8859-1'?>é`, ""},
		{"XML without one", "text/xml", `<?xml version="1.0"?><a encoding="koi8-r">` + "\xe9", `<?xml version="1.0"?><a encoding="koi8-r">` + "\xe9", ""},
		{"XML without a type", "", `<?xml version="1.0" encoding='ISO-8859-1'?>` + "\xe9", `<?xml version="1.0" encoding='ISO-8859-1'?>é`, ""},
		{"XML in UTF-8 that says something else", "text/xml", `<?xml version="1.0" encoding="utf-16"?>é`, `<?xml version="1.0" encoding="utf-16"?>é`, ""},
		{"XML in nothing that says UTF-16", "text/xml", `<?xml encoding="utf-16"?>` + "\xe9", "", "byte 0xE9 at offset 25 means nothing in `utf-8`"},
		{"XML in UTF-16 without a mark", "application/xml", "\x00<\x00?\x00x", "<?x", ""},
		{"the other order", "application/xml", "<\x00?\x00x\x00", "<?x", ""},
		{"XML in ISO-2022-JP", "text/xml", "<?xml encoding='iso-2022-jp'?>\x1b$BF|\x1b(B", "<?xml encoding='iso-2022-jp'?>日", ""},
		{"unreadable type", "text/plain; charset=latin1; charset=utf-8", "\xe9", "\xe9", ""},
	} {
		got, err := Text(test.contentType, []byte(test.in))
		message := ""
		if err != nil {
			message = err.Error()
		}
		if string(got) != test.want || message != test.err {
			t.Errorf("%s: Text(%q, %q) = %q, %q; want %q, %q", test.name, test.contentType, test.in, got, message, test.want, test.err)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("text/html", []byte("<meta charset=koi8-r>\xc1"))
	f.Add("text/xml", []byte("<?xml encoding=\"\xe9"))
	f.Add("text/plain; charset=utf-16", []byte("\xfe\xff\x00a"))
	f.Add("text/plain; charset=iso-2022-jp", []byte("\x1b$BF|"))
	f.Fuzz(func(t *testing.T, contentType string, content []byte) {
		text, err := Text(contentType, content)
		if err == nil && !bytes.HasSuffix(content, text) && !utf8.Valid(text) {
			t.Fatalf("Text(%q, %q) = %q, which is no UTF-8", contentType, content, text)
		}
	})
}
