package scope

import (
	"strings"
	"testing"
)

// The form of a template decides what it is (language.md §4); a path must not
// become an expression, nor a calculation a path.
func TestClassify(t *testing.T) {
	tests := []struct {
		expr string
		want Class
	}{
		{"host", Name}, {"a-b", Name}, {"a.b.c", Name}, {"3.14", Name}, {"größe", Name}, {" padded ", Name},
		{"login.response.body.token", Name}, {"vars.x", Name}, {"-1", Name},
		{"$uuid", Dynamic}, {"$timestamp -1 d", Dynamic}, {"$random.integer(1, 5)", Dynamic}, {"$", Dynamic},
		{"user.address[0].city", Reference}, {`user["first name"]`, Reference}, {"user['a]b'].c", Reference},
		{"login.response.body.$.token", Reference}, {"login.response.body.$..id", Reference},
		{"login.response.body.$", Reference}, {"login.response.body.$[0].id", Reference},
		{"login.response.body.*", Reference}, {"login.response.body.items.*.id", Reference},
		{"login.response.body.$.items[?(@.price < 10)].name", Reference},
		{"login.response.headers['X-Id']", Reference},
		{"login.response.body.//user/@id", Reference}, {"login.response.body./a/b[1]", Reference},
		{"login.response.body.(//a)[1]", Reference}, {"login.request.body.//a = 'b'", Reference}, {"login.response.body.asXml.count(//a)", Reference},
		{"login.response.body.asXml.a/b", Reference}, {"login.response.body.a/b", Expression}, {"login.response.asXml./a", Expression},
		{"$xpath:login //a", Reference}, {"$xpath:login", Reference}, {"$xpath //a", Dynamic},
		{"list[-1:]", Reference}, {"$.users..name", Reference}, {"$.users", Reference},
		{"a + b", Expression}, {"a == 1", Expression}, {"len(x)", Expression}, {`"text"`, Expression},
		{"login.response.status == 200", Expression}, {"a[0] + 1", Expression}, {"a.b(c)", Expression},
		{"a[0", Expression}, {`a["x]`, Expression}, {"a[0]b", Expression}, {"a[0].", Expression},
		{"a$b", Expression}, {"a.$b", Expression}, {"a/b", Expression}, {"a.//b", Expression},
		{`vars["x y"]`, Expression}, {"", Expression}, {"(a)", Expression}, {"a\xff", Expression},
	}
	for _, tt := range tests {
		if got := Classify(tt.expr); got != tt.want {
			t.Errorf("Classify(%q) = %v, want %v", tt.expr, got, tt.want)
		}
	}
}

// TestSplitXPath protects which part of httpYac's variable is the name.
func TestSplitXPath(t *testing.T) {
	for _, test := range []struct {
		expr, name, path string
		ok               bool
	}{
		{" $xpath:login  //a[. = 'b c'] ", "login", "//a[. = 'b c']", true},
		{"$xpath:login", "login", "", true},
		{"$xpath://a", "//a", "", true},
		{"$xpath //a", "", "", false},
		{"login", "", "", false},
	} {
		name, path, ok := SplitXPath(test.expr)
		if name != test.name || path != test.path || ok != test.ok {
			t.Errorf("%q is %q, %q, %v", test.expr, name, path, ok)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, seed := range []string{"a.b", "$uuid", "a[0].c", "a.$..b", "a+b", `a["]`, "a.response.body.//x", "é[", "[]", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		class := Classify(expr)
		if trimmed := strings.TrimSpace(expr); (class == Name) != (trimmed != "" && trimmed[0] != '$' && nameLength(trimmed) == len(trimmed)) {
			t.Errorf("%q is a %v", expr, class)
		}
		head, rest, ok := Split(expr, func(string) bool { return true })
		if ok && head+rest != expr {
			t.Errorf("Split(%q) = %q, %q", expr, head, rest)
		}
		for path := rest; ok && path != ""; { // a path is read to its end
			_, n, readable := firstStep(path)
			if !readable {
				break
			}
			path = path[n:]
		}
	})
}

// Names may hold dots, so the longest known start is the head.
func TestSplit(t *testing.T) {
	tests := []struct{ expr, known, head, rest string }{
		{"login", "login", "login", ""},
		{"login.token", "login", "login", ".token"},
		{"a.b.c", "a a.b", "a.b", ".c"},
		{"a.b.c", "a a.b a.b.c", "a.b.c", ""},
		{"user[0].x", "user", "user", "[0].x"},
		{"log-in.response.body.$.t", "log-in", "log-in", ".response.body.$.t"},
		{"other.x", "login", "", ""},
		{"log", "login", "", ""},
	}
	for _, tt := range tests {
		known := strings.Fields(tt.known)
		head, rest, ok := Split(tt.expr, func(h string) bool {
			for _, k := range known {
				if k == h {
					return true
				}
			}
			return false
		})
		if head != tt.head || rest != tt.rest || ok != (tt.head != "") {
			t.Errorf("Split(%q) = %q, %q, %v", tt.expr, head, rest, ok)
		}
	}
}
