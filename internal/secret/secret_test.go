package secret

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct {
		name    string
		secrets []string
		text    string
		want    string
	}{
		{"nothing secret", nil, "hunter22", "hunter22"},
		{"plain", []string{"hunter22"}, "password=hunter22;", "password=***;"},
		{"twice", []string{"hunter22"}, "hunter22 hunter22", "*** ***"},
		{"longest wins", []string{"hunter", "hunter22"}, "hunter22 hunter2", "*** ***2"},
		{"one inside the other", []string{"unte", "hunter22"}, "hunter22 unte", "*** ***"},
		{"inner that starts later and is found first", []string{"bcde", "abcdefgh"}, "abcdefgh abcdef", "*** a***f"},
		{"overlapping", []string{"abcdef", "defghi"}, "xabcdefghiy", "x***y"},
		{"overlapping itself", []string{"abaaba"}, "abaabaabax", "***x"},
		{"adjacent", []string{"abcd", "efgh"}, "abcdefgh", "***"},
		{"suffix of a failed match", []string{"aaab", "aabc"}, "aaabc aabc", "*** ***"},
		{"white space around the secret", []string{" hunter22\r\n"}, "hunter22", "***"},
		{"case matters", []string{"hunter22"}, "Hunter22", "Hunter22"},
		{"query", []string{"a b&c/d+e"}, "x=a+b%26c%2Fd%2Be", "x=***"},
		{"query in lower case", []string{"a b&c/d+e"}, "x=a+b%26c%2fd%2be", "x=***"},
		{"percent", []string{"a b&c/d+e"}, "x=a%20b%26c%2Fd%2Be", "x=***"},
		{"as Python quotes it", []string{"abc/def+ghi=jkl/2024zz"}, "abc/def%2Bghi%3Djkl/2024zz abc/def%2bghi%3djkl/2024zz", "*** ***"},
		{"as ECMAScript encodes it", []string{"a/b+c!(d*e)'#"}, "a%2Fb%2Bc!(d*e)'%23 a/b+c!(d*e)'# \"a%2Fb%2Bc!(d*e)\u0027%23\"", "*** *** \"***\""},
		{"encodeURI", []string{"a b?c=d&e[1]"}, "a%20b?c=d&e%5B1%5D", "***"},
		{"path", []string{"a b/c?d"}, "/a%20b/c%3Fd", "/***"},
		{"JSON", []string{"say \"hi\"\n<now>"}, `{"x":"say \"hi\"\n<now>"}`, `{"x":"***"}`},
		{"JSON for HTML", []string{"say \"hi\" <now>"}, `{"x":"say \"hi\" \u003cnow\u003e"}`, `{"x":"***"}`},
		{"JSON of .NET", []string{"a+b'c&d=<é😀/\x01\\\n`"}, `"a\u002Bb\u0027c\u0026d=\u003C\u00E9\uD83D\uDE00/\u0001\\\n\u0060"`, `"***"`},
		{"JSON of Gson", []string{"a+b'c&d=<é/="}, `"a+b\u0027c\u0026d\u003d\u003cé/\u003d"`, `"***"`},
		{"JSON of Python", []string{"a+b'c&d=<é😀/\""}, `"a+b'c&d=<\u00e9\ud83d\ude00/\""`, `"***"`},
		{"JSON of PHP", []string{"a+b'c&d=<é😀/\""}, `"a+b'c&d=<\u00e9\ud83d\ude00\/\""`, `"***"`},
		{"JSON with escaped slashes", []string{"ab/cd"}, `"ab\/cd"`, `"***"`},
		{"HTML", []string{"a<b&c"}, "<p>a&lt;b&amp;c</p>", "<p>***</p>"},
		{"HTML with named quotes", []string{`a"b'c<d>`}, "a&quot;b&apos;c&lt;d&gt; a&quot;b&#39;c&lt;d&gt;", "*** ***"},
		{"HTML with numbered quotes", []string{`a"b'c<d>`}, "a&#34;b&#39;c&lt;d&gt; a&#x22;b&#x27;c&lt;d&gt;", "*** ***"},
		{"HTML text that leaves quotes alone", []string{`a"b'c<d>`}, `a"b'c&lt;d&gt;`, "***"},
		{"HTML attribute that leaves the other quote alone", []string{`a"b'c<d>`}, `a&quot;b'c&lt;d&gt; a"b&#x27;c&lt;d&gt;`, "*** ***"},
		{"path in JSON", []string{`a "b" &=/c`}, `{"target":"/x?y=a%20%22b%22%20\u0026=/c","z":"a%20%22b%22%20&=\/c"}`, `{"target":"/x?y=***","z":"***"}`},
		{"path in HTML", []string{`a "b" &c`}, `<a href="/a%20%22b%22%20&amp;c">`, `<a href="/***">`},
		{"quoted", []string{"pass\\wörd"}, `"pass\\wörd" "pass\\w\u00f6rd"`, `"***" "***"`},
		{"taken for Latin-1", []string{"pässwörd"}, `{"auth":"j\u00c3\u00b6rg:p\u00c3\u00a4ssw\u00c3\u00b6rd"} pÃ¤sswÃ¶rd`, `{"auth":"j\u00c3\u00b6rg:***"} ***`},
		{"Base64", []string{"hunter22"}, "aHVudGVyMjI= aHVudGVyMjI", "*** ***"},
		{"Base64 of a value with its newline", []string{"hunter22\n"}, "aHVudGVyMjIK", "***"},
		{"Base64 with escaped slashes", []string{"????>>>>"}, `"Pz8\/Pz4+Pj4="`, `"***"`},
		{"Base64 in a query", []string{"~~~~>>>>"}, "x=fn5%2Bfj4%2BPj4%3D", "x=***"},
		{"secret with stars", []string{"p***word"}, "p***word", "***"},
		{"mask completes a secret", []string{"p***word", "hunter22"}, "phunter22word", "***"},
		{"stars", []string{"******"}, "x*********y", "x***y"},
		{"too short", []string{"abc", "true", "NULL", "123", "-1.5", "1.25"}, "abc true NULL 123 -1.5 1.25", "abc true NULL 123 -1.5 1.25"},
		{"short but not too short", []string{"abcd", "1234", "trues"}, "abcd 1234 trues", "*** *** ***"},
		{"empty", []string{"", " \n"}, "a \n b", "a \n b"},
		{"not UTF-8", []string{"\xff\xfe\xfd\xfcx"}, "<\xff\xfe\xfd\xfcx>", "<***>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var together, oneByOne Set
			together.Add(test.secrets...)
			for _, s := range test.secrets {
				oneByOne.Add(s)
				oneByOne.Mask("builds a matcher of its own")
			}
			for _, set := range []*Set{&together, &oneByOne} {
				if got := set.Mask(test.text); got != test.want {
					t.Errorf("Mask(%q) = %q, want %q", test.text, got, test.want)
				}
			}
		})
	}
}

// TestMaskInsideBase64 protects a secret in the Base64 of a text that holds it: of
// that text, what is shown tells nothing of it but a few bits of its ends.
func TestMaskInsideBase64(t *testing.T) {
	for _, value := range []string{"hunter22", "hunt3r", "????>>>>~~~~", "a longer one, with blanks", strings.Repeat("0123456789", 200)} {
		var s Set
		s.Add(value)
		for before := range 9 {
			for after := range 4 {
				text := []byte(strings.Repeat("user:", 2)[:before] + value + "\n\n\n"[:after])
				for _, code := range base64Codes {
					encoded := code.EncodeToString(text)
					masked := s.Mask("{" + encoded + "}")
					start, end, found := strings.Cut(masked, Mask)
					first := (before*8 + 5) / 6
					if !found || len(start) > 1+first || len(end) > 1+len(encoded)-8*(before+len(value))/6 {
						t.Errorf("%q at %d with %d behind it: %q is shown as %q", value, before, after, encoded, masked)
					}
				}
			}
		}
	}
	var s Set
	s.Add("abcd") // what is left of it in a longer text may be four characters, as of anything
	if text := base64.StdEncoding.EncodeToString([]byte("xabcdx")); s.Mask(text) != text {
		t.Errorf("Mask(%q) = %q", text, s.Mask(text))
	}
}

// pemKey has the shape of a private key and is none.
var pemKey = "-----BEGIN PRIVATE KEY-----\n" +
	strings.Repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n", 3) +
	"d3h5ejAxMjM0NTY3ODkrLw\n-----END PRIVATE KEY-----\n"

// A tool may print a key line by line, with its own prefix, indented, with
// other line ends or inside JSON.
func TestMaskLines(t *testing.T) {
	var s Set
	s.Add(pemKey)
	quoted, err := json.Marshal(pemKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		pemKey,
		strings.ReplaceAll(pemKey, "\n", "\r\n"),
		strings.ReplaceAll(pemKey, "\n", "\n  | "),
		strings.ReplaceAll(pemKey, "\n", ""),
		string(quoted),
		url.QueryEscape(pemKey),
		base64.StdEncoding.EncodeToString([]byte(pemKey)),
	} {
		masked := s.Mask(text)
		for line := range strings.SplitSeq(pemKey, "\n") {
			if line != "" && !strings.HasPrefix(line, "-----") && strings.Contains(masked, line) {
				t.Errorf("Mask(%q) = %q, which has %q", text, masked, line)
			}
		}
		if strings.Contains(masked, "QUJD") {
			t.Errorf("Mask(%q) = %q", text, masked)
		}
	}
	other := "-----BEGIN PRIVATE KEY-----"
	if got := s.Mask(other); got != other {
		t.Errorf("Mask(%q) = %q: what every key starts with is no secret", other, got)
	}
}

func TestAddBasic(t *testing.T) {
	var s Set
	s.AddBasic("jörg?>", "hunter~~22")
	pair := "jörg?>:hunter~~22"
	for _, text := range []string{
		"hunter~~22",
		base64.StdEncoding.EncodeToString([]byte(pair)),
		base64.URLEncoding.EncodeToString([]byte(pair)),
		url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(pair))),
		base64.StdEncoding.EncodeToString([]byte("j%C3%B6rg%3F%3E:hunter~~22")), // RFC 6749 section 2.3.1
	} {
		if got := s.Mask("<" + text + ">"); got != "<***>" {
			t.Errorf("Mask(<%s>) = %q", text, got)
		}
	}
	if got := s.Mask("jörg?>"); got != "jörg?>" {
		t.Errorf("the user was masked: %q", got)
	}

	var short, empty Set
	short.AddBasic("admin", "x")
	if got := short.Mask("YWRtaW46eA=="); got != Mask {
		t.Errorf("credentials with a short password: %q", got)
	}
	empty.AddBasic("admin", "")
	if got := empty.Mask("YWRtaW46"); got != "YWRtaW46" {
		t.Errorf("credentials without a password hide nothing, masked: %q", got)
	}
}

// A message can name the variables whose values are not masked, and no others.
func TestUnmaskable(t *testing.T) {
	var s Set
	for name, value := range map[string]string{"pin": "12", "flag": " true\n", "token": "a-token-of-mine", "empty": " ", "masked": Mask, "": "ab"} {
		s.AddOf(name, value)
	}
	s.AddOf("again", "12")
	if got := s.Unmaskable(); !slices.Equal(got, []string{"again", "flag", "pin"}) {
		t.Errorf("Unmaskable() = %q", got)
	}
	if got := s.Unmasked(); got != 3 {
		t.Errorf("Unmasked() = %d, want 3: 12, true, ab", got)
	}
}

func TestUnmasked(t *testing.T) {
	var s Set
	s.Add("abc", "abc", "abc\n", "true", "hunter22", "", "12")
	if got := s.Unmasked(); got != 3 {
		t.Errorf("Unmasked() = %d, want 3: abc, true, 12", got)
	}
}

// Values that share bytes with the bookkeeping of other values are registered.
func TestAddUnusualValues(t *testing.T) {
	for _, value := range []string{"=abc", "=true", "***x", "%41%42", "\x00\x00\x00\x00", "日本語字"} {
		var s Set
		s.Add("abc", "true", value)
		if got := s.Mask("<" + value + ">"); got != "<***>" {
			t.Errorf("Mask(<%q>) = %q", value, got)
		}
	}
}

// A preview is cut before it is masked; what the cut leaves of a secret must
// not be shown.
func TestMaskHead(t *testing.T) {
	tests := []struct {
		name    string
		secrets []string
		text    string
		want    string
	}{
		{"nothing secret", nil, "hunter", "hunter"},
		{"nothing at the end", []string{"hunter22"}, "hunter x", "hunter x"},
		{"empty", []string{"hunter22"}, "", ""},
		{"whole secret", []string{"hunter22"}, "x hunter22", "x ***"},
		{"half a secret", []string{"hunter22"}, "x hunte", "x ***"},
		{"one character", []string{"hunter22"}, "x h", "x ***"},
		{"a whole one before", []string{"hunter22"}, "hunter22 hunt", "*** ***"},
		{"a whole one that touches", []string{"hunter22"}, "hunter22hunt", "***"},
		{"longest beginning", []string{"abcdef", "cdxyz"}, "-abcd", "-***"},
		{"beginning behind a failed match", []string{"abcdef", "cdxyz"}, "-abcdx", "-ab***"},
		{"whole one that another begins with", []string{"abcd", "abcdefgh"}, "-abcdef", "-***"},
		{"encoded", []string{"a b&c/d+e"}, "x=a+b%26c%", "x=***"},
		{"in the middle of a character", []string{"日本語字"}, "<日本\xe8", "<***"},
		{"stars", []string{"***x***y"}, "-***x**", "-***"},
		{"mask completes a secret", []string{"p***word", "hunter22"}, "phunter22word ***hunt", "*** ******"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var together, oneByOne Set
			together.Add(test.secrets...)
			for _, s := range test.secrets {
				oneByOne.Add(s)
				oneByOne.Mask("builds a matcher of its own")
			}
			for _, set := range []*Set{&together, &oneByOne} {
				if got := set.MaskHead(test.text); got != test.want {
					t.Errorf("MaskHead(%q) = %q, want %q", test.text, got, test.want)
				}
			}
		})
	}
}

func TestConcurrentUse(t *testing.T) {
	var s Set
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for i := range 200 {
				value := fmt.Sprintf("secret-%d-%d!", worker, i)
				s.Add(value)
				if got := s.Mask(value); got != Mask {
					t.Errorf("a secret was shown right after it was added: %q", got)
				}
				s.MaskHead(value)
				s.Unmasked()
			}
		})
	}
	wait.Wait()
	if got := s.Mask("secret-0-0! secret-7-199!"); got != "*** ***" {
		t.Errorf("Mask = %q", got)
	}
}

// periodic makes words that share much: the same few letters over and over, with a
// slip here and there.
func periodic(random *rand.Rand) func(low, high int) string {
	return func(low, high int) string {
		b := make([]byte, low+random.IntN(high-low))
		period := 1 + random.IntN(3)
		for i := range b {
			b[i] = 'a' + byte(i%period%2)
			if random.IntN(40) == 0 {
				b[i] ^= 1
			}
		}
		return string(b)
	}
}

// The matcher must agree with the obvious way of finding patterns, whatever
// they share, and however they arrived.
func TestMatcherAgainstSearch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func(low, high int) string {
		b := make([]byte, low+random.IntN(high-low))
		for i := range b {
			b[i] = 'a' + byte(random.IntN(2))
		}
		return string(b)
	}
	const rounds = 2000
	for round := range rounds {
		var m *matcher
		var patterns []string
		low, high, size := 4, 9, 60
		if round > rounds/2 { // longer than what the automata hold
			low, high, size = headLength-2, 3*headLength, 10*headLength
			word = periodic(random)
		}
		for range 1 + random.IntN(4) {
			var batch []string
			for range 1 + random.IntN(3) {
				batch = append(batch, word(low, high))
			}
			patterns = append(patterns, batch...)
			m = m.with(batch)
		}
		text := word(0, size)
		for range random.IntN(3) {
			text += patterns[random.IntN(len(patterns))] + word(0, low)
		}
		if end := patterns[0]; random.IntN(2) == 0 {
			text += end[:random.IntN(len(end))]
		}
		covered := make([]bool, len(text)+1)
		masked := func() string {
			var b strings.Builder
			for i := range text {
				switch {
				case !covered[i]:
					b.WriteByte(text[i])
				case i == 0 || !covered[i-1]:
					b.WriteString(Mask)
				}
			}
			return b.String()
		}
		for _, p := range patterns {
			for i := range text {
				if strings.HasPrefix(text[i:], p) {
					for k := i; k < i+len(p); k++ {
						covered[k] = true
					}
				}
			}
		}
		if got, want := m.mask(text), masked(); got != want {
			t.Fatalf("patterns %q: mask(%q) = %q, want %q", patterns, text, got, want)
		}
		for _, p := range patterns {
			for i := range text {
				if strings.HasPrefix(p, text[i:]) {
					for k := i; k < len(text); k++ {
						covered[k] = true
					}
				}
			}
		}
		if got, want := m.maskHead(text), masked(); got != want {
			t.Fatalf("patterns %q: maskHead(%q) = %q, want %q", patterns, text, got, want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("hunter22", "", "x=", "&y")
	f.Add("a b\"<&>/\\é\x00", "p***word", "***", "*")
	f.Add(pemKey, "QUJD", "", "\n")
	f.Add("\xff\xfe\xfd\xfc", "%2F/%", "%", "2F")
	f.Fuzz(func(t *testing.T, secret, second, before, after string) {
		var s Set
		s.Add(secret)
		s.Mask(before) // the second secret arrives later
		s.Add(second)
		for _, value := range []string{secret, second} {
			value = strings.TrimSpace(value)
			if tooCommon(value) {
				continue
			}
			encoded, _ := json.Marshal(value)
			forms := []string{
				value,
				url.QueryEscape(value),
				url.PathEscape(value),
				string(encoded[1 : len(encoded)-1]),
				unquoted(strconv.Quote(value)),
				html.EscapeString(value),
				strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;").Replace(value),
				base64.StdEncoding.EncodeToString([]byte(value)),
				base64.RawURLEncoding.EncodeToString([]byte(value)),
			}
			for _, form := range forms {
				masked := s.Mask(before + form + after)
				if strings.Contains(masked, form) {
					t.Fatalf("Mask(%q) = %q shows %q", before+form+after, masked, form)
				}
				if twice := s.Mask(masked); twice != masked {
					t.Fatalf("Mask(%q) = %q", masked, twice)
				}
				for cut := 1; cut <= len(form); cut++ {
					if head := s.MaskHead(before + form[:cut]); !strings.HasSuffix(head, Mask) {
						t.Fatalf("MaskHead(%q) = %q", before+form[:cut], head)
					}
				}
			}
		}
	})
}

func benchmarkSet(secrets int) *Set {
	random := rand.New(rand.NewPCG(3, 4))
	var s Set
	for range secrets {
		token := make([]byte, 600)
		for i := range token {
			token[i] = byte(random.Uint32())
		}
		s.Add("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + base64.RawURLEncoding.EncodeToString(token))
	}
	s.Mask("")
	return &s
}

func BenchmarkMaskNothing(b *testing.B) {
	text := strings.Repeat(`{"id":"t-1","title":"Phishing mail reported","processed":false},`, 1000)
	for _, secrets := range []int{1, 20} {
		s := benchmarkSet(secrets)
		b.Run(fmt.Sprintf("secrets=%d/64KB", secrets), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Mask(text)
			}
		})
		b.Run(fmt.Sprintf("secrets=%d/header", secrets), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Mask("application/json; charset=utf-8")
			}
		})
	}
}

// What a hostile server can send at worst: the beginning of a secret again and
// again.
func BenchmarkMaskWorst(b *testing.B) {
	var s Set
	s.Add(strings.Repeat("a", 4000) + "b")
	text := strings.Repeat("a", 64<<10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Mask(text)
	}
}

// Secrets that arrive one by one, each followed by output, as from a loop that
// captures tokens.
func BenchmarkAddOneByOne(b *testing.B) {
	for b.Loop() {
		var s Set
		for i := range 1000 {
			s.Add(fmt.Sprintf("0123456789abcdef-%d", i))
			s.Mask("output")
		}
	}
}

// Whoever hides other output is told of a value once, however often it is added
// and in however many ways.
func TestObserveTellsOnce(t *testing.T) {
	var s Set
	told := make(map[string]int)
	s.Observe(func(value string) { told[value]++ })
	for range 3 {
		s.Add("hunter22", "hunter22\n", " hunter22")
		s.AddBasic("user", "hunter22")
	}
	pair := base64.StdEncoding.EncodeToString([]byte("user:hunter22"))
	if len(told) != 2 || told["hunter22"] != 1 || told[pair] != 1 {
		t.Errorf("told %v, want the value and its pair once each", told)
	}
}

// TestCut protects that the pieces of a text are the text, and that what is secret
// of them is what Mask replaces.
func TestCut(t *testing.T) {
	s := new(Set)
	if got := s.Cut("abc"); len(got) != 1 || got[0].Secret {
		t.Errorf("without secrets: %v", got)
	}
	s.Add("s3cret", "other/1")
	for _, text := range []string{"", "nothing", "s3cret", "a s3cret, other%2F1 and s3crets3cret.", "s3cre"} {
		whole, masked := "", ""
		for _, p := range s.Cut(text) {
			whole += p.Text
			if p.Secret {
				p.Text = Mask
			}
			masked += p.Text
		}
		if whole != text || masked != s.Mask(text) {
			t.Errorf("%q is cut into %q, masked %q", text, whole, masked)
		}
	}
}

// A token of usual length, as a run learns one when it starts.
func BenchmarkAddToken(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 4))
	octets := make([]byte, 600)
	for i := range octets {
		octets[i] = byte(random.Uint32())
	}
	token := "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + base64.RawURLEncoding.EncodeToString(octets)
	b.ReportAllocs()
	for b.Loop() {
		var s Set
		s.Add(token)
		s.Mask("output")
	}
}
