package charset

import "testing"

// TestCharsets protects the names of encodings: those of IANA, of browsers and
// of iconv-lite, and that Latin-1 is not taken for windows-1252.
func TestCharsets(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"", "\xe9", "\xe9"}, {"utf8", "é", "é"}, {"UTF-8", "é", "é"}, {"us-ascii", "a", "a"},
		{"latin1", "\xe9\x80", "é\u0080"}, {"ISO_8859-1", "\xe9", "é"}, {"binary", "\xe9", "é"}, {"iso-8859-15", "\xa4", "€"}, {"latin9", "\xa4", "€"},
		{"windows-1252", "\x80", "€"}, {"cp1252", "\x80", "€"}, {"x-cp1252", "\x80", "€"}, {"win1252", "\x80", "€"}, {"windows1251", "\xc0", "А"},
		{"koi8-r", "\xc1", "а"}, {"ibm437", "\x80", "Ç"}, {"cp850", "\x80", "Ç"}, {"cp858", "\xd5", "€"}, {"macroman", "\x80", "Ä"},
		{"utf-16le", "a\x00", "a"}, {"utf16le", "\xff\xfea\x00", "a"}, {"utf-16be", "\x00a", "a"}, {"utf-16", "\xfe\xff\x00a", "a"}, {"ucs2", "a\x00", "a"},
		{"Shift_JIS", "\x93\xfa", "日"}, {"euc-jp", "\xc6\xfc", "日"}, {"gbk", "\xc8\xd5", "日"}, {"gb18030", "\xc8\xd5", "日"}, {"big5", "\xa4\xe9", "日"}, {"euc-kr", "\xec\xed", "日"},
	} {
		if got, known := Decode(test.name, []byte(test.in)); !known || string(got) != test.want {
			t.Errorf("%q in %q is %q, want %q", test.in, test.name, got, test.want)
		}
	}
	for _, name := range []string{"klingon", "utf-7", "windows", "-"} {
		if Known(name) {
			t.Errorf("%q is an encoding", name)
		}
	}
}
