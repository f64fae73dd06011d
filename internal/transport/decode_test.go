package transport

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/postrider/postrider/internal/diag"
)

// encode applies codings in order; unknown ones turn the text round.
func encode(t testing.TB, text []byte, codings ...string) []byte {
	t.Helper()
	for _, coding := range codings {
		var b bytes.Buffer
		var w io.WriteCloser
		switch coding {
		case "gzip", "x-gzip", "GZIP":
			w = gzip.NewWriter(&b)
		case "deflate":
			w = zlib.NewWriter(&b)
		case "raw deflate":
			w, _ = flate.NewWriter(&b, flate.BestCompression)
		case "br":
			w = brotli.NewWriter(&b)
		case "zstd":
			w, _ = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
		default:
			text = slices.Clone(text)
			slices.Reverse(text)
			continue
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		text = b.Bytes()
	}
	return text
}

func TestDecode(t *testing.T) {
	text := []byte(strings.Repeat("text ", 1000))
	tests := []struct {
		name    string
		header  []string
		codings []string
		rest    string
	}{
		{"none", nil, nil, ""},
		{"identity", []string{"identity"}, nil, ""},
		{"gzip", []string{"gzip"}, []string{"gzip"}, ""},
		{"other case", []string{"GZip"}, []string{"gzip"}, ""},
		{"x-gzip", []string{"x-gzip"}, []string{"gzip"}, ""},
		{"deflate with zlib", []string{"deflate"}, []string{"deflate"}, ""},
		{"deflate without", []string{"deflate"}, []string{"raw deflate"}, ""},
		{"chained on one line", []string{"deflate, identity, gzip"}, []string{"deflate", "gzip"}, ""},
		{"chained over lines", []string{"deflate", "gzip"}, []string{"deflate", "gzip"}, ""},
		{"br", []string{"br"}, []string{"br"}, ""},
		{"zstd", []string{"zstd"}, []string{"zstd"}, ""},
		{"br behind gzip", []string{"gzip, BR"}, []string{"gzip", "br"}, ""},
		{"zstd behind br", []string{"br", "zstd"}, []string{"br", "zstd"}, ""},
		{"five times", []string{"gzip, gzip, deflate", "gzip, gzip"}, []string{"gzip", "gzip", "deflate", "gzip", "gzip"}, ""},
		{"unknown", []string{"compress"}, []string{"compress"}, "compress"},
		{"unknown, as it is written", []string{"X-Own, GZip"}, []string{"X-Own", "gzip"}, "X-Own"},
		{"unknown inside", []string{"exi, gzip"}, []string{"exi", "gzip"}, "exi"},
		{"unknown outside", []string{"br, exi"}, []string{"br", "exi"}, "br, exi"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Encoding"] = test.header
				w.Write(encode(t, text, test.codings...))
			})
			hop := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, server.URL)}).Final()
			want := text
			if test.rest != "" {
				want = encode(t, text, strings.Split(test.rest, ", ")...)
			}
			if !bytes.Equal(hop.Content, want) || hop.Encoding != test.rest {
				t.Errorf("%d bytes %.20q in %q, want %d bytes %.20q in %q",
					len(hop.Content), hop.Content, hop.Encoding, len(want), want, test.rest)
			}
			if !slices.Equal(hop.Header["Content-Encoding"], test.header) {
				t.Error("the header is not as received")
			}
		})
	}
}

// A body that is not there is not invalid, whatever its header says.
func TestNoBody(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "deflate, gzip")
		if r.URL.Path == "/204" {
			w.WriteHeader(204)
		}
		if r.URL.Path == "/304" {
			w.WriteHeader(304)
		}
	})
	for _, request := range []string{"HEAD /", "GET /204", "GET /304", "GET /"} {
		method, path, _ := strings.Cut(request, " ")
		hop := do(t, newClient(t, Options{}), &Request{Method: method, URL: parseURL(t, server.URL+path)}).Final()
		if len(hop.Content) != 0 || hop.Encoding != "" {
			t.Errorf("%s: %q in %q", request, hop.Content, hop.Encoding)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	whole := encode(t, bytes.Repeat([]byte("text "), 1000), "gzip")
	broken := slices.Clone(whole)
	broken[len(broken)-1] ^= 1
	text := bytes.Repeat([]byte("text "), 1000)
	br, zst := encode(t, text, "br"), encode(t, text, "zstd")
	var far bytes.Buffer // refers back over more than we allow
	w, err := zstd.NewWriter(&far, zstd.WithWindowSize(4*maxWindow), zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	w.Write(text)
	w.Flush()
	w.Close()
	tests := []struct {
		name, header          string
		body                  []byte
		code, summary, detail string
	}{
		{"not gzip", "gzip", []byte("plain text"), diag.CodeNetwork, "not the gzip", "at or before byte 10: gzip: invalid header"},
		{"one byte", "gzip", []byte{0x1f}, diag.CodeNetwork, "not the gzip", "end too early, at byte 1"},
		{"cut off", "gzip", whole[:len(whole)-9], diag.CodeNetwork, "not the gzip", fmt.Sprintf("the gzip data end too early, at byte %d", len(whole)-9)},
		{"wrong checksum", "gzip", broken, diag.CodeNetwork, "not the gzip", fmt.Sprintf("at or before byte %d: gzip: invalid checksum", len(broken))},
		{"not deflate", "deflate", []byte("\xff\xff\xff\xff"), diag.CodeNetwork, "not the deflate", "at or before byte 1: flate: corrupt input"},
		{"inner one broken", "gzip, deflate", encode(t, []byte("plain text"), "deflate"), diag.CodeNetwork, "not the gzip", "at or before byte 10"},
		{"not br", "br", []byte("\xff\xff\xff\xff"), diag.CodeNetwork, "not the br", "at or before byte 4: brotli: "},
		{"br cut off", "br", br[:len(br)-3], diag.CodeNetwork, "not the br", fmt.Sprintf("the br data end too early, at byte %d", len(br)-3)},
		{"more behind br", "br", append(slices.Clone(br), "more"...), diag.CodeNetwork, "not the br", "excessive input"},
		{"not zstd", "zstd", []byte("plain text"), diag.CodeNetwork, "not the zstd", ": invalid input: magic number mismatch"},
		{"zstd cut off", "zstd", zst[:len(zst)-3], diag.CodeNetwork, "not the zstd", fmt.Sprintf("the zstd data end too early, at byte %d", len(zst)-3)},
		{"zstd with a large window", "zstd", far.Bytes(), diag.CodeNetwork, "not the zstd", "window size exceeded"},
		{"six times", "gzip, gzip, gzip, gzip, gzip, br", whole, diag.CodeLimit, "encoded more than 5 times", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", test.header)
				w.WriteHeader(201)
				w.Write(test.body)
			})
			x, d := fails(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, server.URL)}, test.code, test.summary)
			if !strings.Contains(d.Detail, test.detail) {
				t.Errorf("detail %q, want %q", d.Detail, test.detail)
			}
			if len(x.Hops) != 1 || x.Final().Status != 201 {
				t.Error("what is known of the answer is not in the exchange")
			}
		})
	}
}

// A body that is too large ends the exchange before memory does, wherever it
// grows: on the wire, in the last coding, or in one between.
func TestBodyLimit(t *testing.T) {
	const limit = 1 << 20
	zeros := bytes.Repeat([]byte{0}, 16<<20)
	bomb := encode(t, zeros, "gzip")
	empty := bytes.Repeat(encode(t, nil, "gzip"), 1<<16) // decodes to nothing, after much work
	tests := []struct {
		name, header string
		body         []byte
		length       bool // sent with Content-Length
		ok           bool
	}{
		{"as large as allowed", "", zeros[:limit], true, true},
		{"as large as allowed, chunked", "", zeros[:limit], false, true},
		{"as large as allowed, gzip", "gzip", encode(t, zeros[:limit], "gzip"), true, true},
		{"one byte more", "", zeros[:limit+1], true, false},
		{"one byte more, chunked", "", zeros[:limit+1], false, false},
		{"one byte more, gzip", "gzip", encode(t, zeros[:limit+1], "gzip"), true, false},
		{"bomb", "gzip", bomb, true, false},
		{"bomb in a bomb", "gzip, gzip", encode(t, bomb, "gzip"), true, false},
		{"bomb in the middle", "gzip, gzip", encode(t, empty, "gzip"), true, false},
		{"unknown coding", "exi", zeros[:limit+1], false, false},
		{"as large as allowed, br", "br", encode(t, zeros[:limit], "br"), true, true},
		{"one byte more, br", "br", encode(t, zeros[:limit+1], "br"), true, false},
		{"as large as allowed, zstd", "zstd", encode(t, zeros[:limit], "zstd"), true, true},
		{"one byte more, zstd", "zstd", encode(t, zeros[:limit+1], "zstd"), true, false},
		{"bomb of br in zstd", "br, zstd", encode(t, zeros, "br", "zstd"), true, false},
		{"empty zstd frames in gzip", "zstd, gzip", encode(t, bytes.Repeat(encode(t, nil, "zstd"), 1<<18), "gzip"), true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if test.header != "" {
					w.Header().Set("Content-Encoding", test.header)
				}
				if test.length {
					w.Header().Set("Content-Length", fmt.Sprint(len(test.body)))
				}
				w.Write(test.body)
			})
			client := newClient(t, Options{})
			request := &Request{Method: "GET", URL: parseURL(t, server.URL), MaxBody: limit}
			if test.ok {
				if hop := do(t, client, request).Final(); len(hop.Content) != limit {
					t.Errorf("got %d bytes, want %d", len(hop.Content), limit)
				}
				return
			}
			x, d := fails(t, client, request, diag.CodeLimit, "larger than 1 MiB")
			if len(x.Hops) != 1 || x.Final().Status != 200 || len(x.Final().Content) > limit {
				t.Error("the exchange does not hold what is known of the answer")
			}
			if d.Suggestion == "" {
				t.Error("no suggestion")
			}
		})
	}
}

// TestKeep protects memory: of a body that nobody reads only the start is kept,
// whatever its size, and the limit that a user has set still holds.
func TestKeep(t *testing.T) {
	const size = 200 << 20 // more than DefaultMaxBody
	block := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		for range size / len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	client := newClient(t, Options{})
	request := &Request{Method: "GET", URL: parseURL(t, server.URL), Keep: 1000}

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	x, err := client.Do(t.Context(), request)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	hop := x.Final()
	if hop.Size() != size || !bytes.Equal(hop.Content, block[:1000]) {
		t.Errorf("kept %d of %d bytes, want 1000 of %d", len(hop.Content), hop.Size(), size)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 8<<20 { // the server's, too
		t.Errorf("it took %d bytes of memory", taken)
	}

	request.MaxBody = 1 << 20
	if _, err := client.Do(t.Context(), request); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("a body above the limit: %v", err)
	}
	request.MaxBody, request.Keep = 0, 0
	if _, err := client.Do(t.Context(), request); err == nil || !strings.Contains(err.Error(), "larger than 100 MiB") {
		t.Errorf("a body above the default limit that is kept: %v", err)
	}
}

func FuzzReadBody(f *testing.F) {
	text := []byte("some text, some text, some text")
	f.Add("gzip", encode(f, text, "gzip"), int64(100))
	f.Add("deflate, gzip", encode(f, text, "deflate", "gzip"), int64(10))
	f.Add("deflate", encode(f, text, "raw deflate"), int64(31))
	f.Add("exi,gzip,,identity", encode(f, text, "gzip"), int64(1))
	f.Add("gzip", []byte{0x1f, 0x8b}, int64(0))
	f.Add("zstd, br", encode(f, text, "zstd", "br"), int64(100))
	f.Add("br", encode(f, text, "br"), int64(10))
	f.Add("zstd", encode(f, text, "zstd")[:12], int64(31))
	f.Fuzz(func(t *testing.T, coding string, body []byte, limit int64) {
		limit = min(max(limit, 1), 1<<16)
		answer := &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Encoding": {coding}},
			ContentLength: -1, Body: io.NopCloser(bytes.NewReader(body)),
		}
		var hop Hop
		known := opener(strings.ToLower(strings.TrimSpace(coding))) != nil
		err := hop.readBody(answer, limit, limit, nil)
		if known && hop.Encoding != "" {
			t.Fatalf("%q is left", hop.Encoding)
		}
		if int64(len(hop.Content)) > limit {
			t.Fatalf("%d bytes, more than %d", len(hop.Content), limit)
		}
		if err == nil && hop.Encoding != "" && len(contentCodings(answer.Header)) == 1 && !bytes.Equal(hop.Content, body) {
			t.Fatalf("an unknown coding was changed")
		}
		// Keeping a part must read the same.
		answer.Body = io.NopCloser(bytes.NewReader(body))
		var part Hop
		var saved bytes.Buffer
		keep := max(limit/2, 1)
		again := part.readBody(answer, keep, limit, &saved)
		if fmt.Sprint(again) != fmt.Sprint(err) || part.Size() != hop.Size() || int64(len(part.Content)) > keep ||
			!bytes.HasPrefix(hop.Content, part.Content) {
			t.Fatalf("keeping %d bytes: %d of %d, %v; keeping all: %d, %v", keep, len(part.Content), part.Size(), again, hop.Size(), err)
		}
		if !bytes.Equal(saved.Bytes(), hop.Content) && err == nil {
			t.Fatalf("saved %q of %q", saved.Bytes(), hop.Content)
		}
	})
}
