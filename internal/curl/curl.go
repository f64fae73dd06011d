// Package curl writes a request as a command for a POSIX shell that has curl
// send the same bytes, but for the order of the header fields. It is the inverse
// of what package parser reads of curl.
package curl

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Text is a text of which some pieces are left to the shell, such as secrets.
type Text []Piece

// Piece is a part of a text or of a body.
type Piece struct {
	Literal string
	Shell   string // what the shell puts in, such as `${TOKEN:?}`; Literal does not count then

	// Only in a body: a file whose content the piece is, and its length. The
	// others do not count then.
	File string
	Size int64
}

// Literal returns a text that is known as a whole.
func Literal(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Literal: s}}
}

// Field is a header field.
type Field struct {
	Name  string
	Value Text
}

// User are the credentials of HTTP authentication.
type User struct {
	Name, Password Text
	Digest         bool // else Basic
}

// Request is what curl is to send. Zero fields stand for what curl does by
// itself.
type Request struct {
	Method string
	URL    Text   // absolute, with everything percent-encoded that needs it
	Target string // the request target, if it is not that of the URL
	// Header is every field that is sent, but for what curl makes itself of other
	// members: Content-Length, Authorization with a User, Host if the URL tells it.
	Header []Field
	Body   []Piece // nil for none; an empty piece is an empty body
	User   *User

	Proto          string // "HTTP/1.1" or "HTTP/2"
	Redirects      int    // how many to follow
	Brackets       bool   // a variable in URL holds some
	Insecure       bool
	Authorities    string // a file
	Cert, Key      string // files
	Passphrase     Text   // of Key
	Proxy          Text
	NoProxy        bool // also none of the environment
	Timeout        time.Duration
	ConnectTimeout time.Duration
}

// expectFrom is the size of a body from which on curl asks first whether it may
// send it (RFC 9110 section 10.1.1).
const expectFrom = 1 << 20

// Command returns the command, without a line end behind it.
func (r *Request) Command() string {
	c := new(command)
	c.method(r)
	c.last = append(c.last, word(r.URL))
	if r.Target != "" {
		c.option("--request-target", Literal(r.Target))
	}
	if strings.ContainsAny(literals(r.URL), "[]{}") || r.Brackets {
		c.option("--globoff", nil)
	}
	if hasDots(literals(r.URL)) {
		c.option("--path-as-is", nil)
	}
	if r.User != nil {
		if r.User.Digest {
			c.option("--digest", nil)
		}
		c.option("--user", slices.Concat(r.User.Name, Literal(":"), r.User.Password))
	}
	c.header(r)
	c.route(r)
	c.body(r)
	return c.String()
}

// command is a command that is being written: a line for each option.
type command struct {
	before string   // what is piped into it
	last   []string // the words of the line that is being written
	lines  []string
}

func (c *command) option(name string, value Text) {
	c.lines = append(c.lines, strings.Join(c.last, " "))
	c.last = []string{name}
	if value != nil {
		c.last = append(c.last, word(value))
	}
}

func (c *command) String() string {
	lines := append(slices.Clone(c.lines), strings.Join(c.last, " "))
	return c.before + "curl " + strings.Join(lines, " \\\n  ")
}

// method writes the method unless curl chooses it by itself. HEAD has an option
// of its own, since curl would wait for a body.
func (c *command) method(r *Request) {
	byItself := "GET"
	if r.Body != nil {
		byItself = "POST"
	}
	switch {
	case r.Method == byItself:
	case r.Method == "HEAD" && r.Body == nil:
		c.last = append(c.last, "--head")
	default:
		c.last = append(c.last, "-X", word(Literal(r.Method)))
	}
}

// hasDots reports whether curl would shorten the path of a URL.
func hasDots(url string) bool {
	path, _, _ := strings.Cut(url, "?")
	return slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool { return s == "." || s == ".." })
}

// header writes the fields, and takes away those that curl would send by itself.
func (c *command) header(r *Request) {
	byItself := map[string]string{"User-Agent": "", "Accept": "*/*"}
	if r.Body != nil {
		byItself["Content-Type"] = "application/x-www-form-urlencoded"
		if size(r.Body) >= expectFrom {
			byItself["Expect"] = ""
		}
	}
	sent := make(map[string]int)
	for _, f := range r.Header {
		sent[strings.ToLower(f.Name)]++
	}
	for _, name := range []string{"User-Agent", "Accept", "Content-Type", "Expect"} {
		if _, ok := byItself[name]; ok && sent[strings.ToLower(name)] == 0 {
			c.option("-H", Literal(name+":"))
		}
	}
	for _, f := range r.Header {
		value := literals(f.Value)
		switch {
		case len(f.Value) == 0:
			c.option("-H", Literal(f.Name+";"))
		case value != "" && byItself[f.Name] == value && sent[strings.ToLower(f.Name)] == 1 && !hasShell(f.Value):
		default:
			c.option("-H", slices.Concat(Literal(f.Name+": "), f.Value))
		}
		if strings.EqualFold(f.Name, "accept-encoding") {
			c.option("--compressed", nil)
		}
	}
}

// route writes how the server is reached.
func (c *command) route(r *Request) {
	url := literals(r.URL)
	switch {
	case r.Proto == "HTTP/1.1":
		c.option("--http1.1", nil)
	case r.Proto == "HTTP/2" && strings.HasPrefix(url, "http://"):
		c.option("--http2-prior-knowledge", nil)
	case r.Proto == "HTTP/2":
		c.option("--http2", nil)
	}
	if r.Redirects > 0 {
		c.option("--location", nil)
		c.last = append(c.last, "--max-redirs", strconv.Itoa(r.Redirects))
		if strings.HasPrefix(url, "https://") { // a redirect does not lead away from TLS
			c.last = append(c.last, "--proto-redir", word(Literal("=https")))
		}
	}
	if r.Insecure {
		c.option("--insecure", nil)
	}
	if r.Authorities != "" {
		c.option("--cacert", Literal(r.Authorities))
	}
	for _, file := range []struct{ option, path string }{{"--cert", r.Cert}, {"--key", r.Key}} {
		if file.path == "" {
			continue
		}
		if !strings.ContainsAny(file.path, `/\`) { // or it could be the name of a certificate
			file.path = "./" + file.path
		}
		kind := certificateType(file.path)
		if file.option == "--cert" { // a password may follow a colon
			file.path = strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(file.path)
		}
		c.option(file.option, Literal(file.path))
		if kind != "" {
			c.last = append(c.last, file.option+"-type", kind)
		}
	}
	if r.Cert != "" && len(r.Passphrase) > 0 {
		c.option("--pass", r.Passphrase)
	}
	switch {
	case len(r.Proxy) > 0:
		c.option("--proxy", r.Proxy)
	case r.NoProxy:
		c.option("--noproxy", Literal("*"))
	}
	if r.ConnectTimeout > 0 {
		c.option("--connect-timeout", Literal(seconds(r.ConnectTimeout)))
	}
	if r.Timeout > 0 {
		c.option("--max-time", Literal(seconds(r.Timeout)))
	}
}

// certificateType is what curl has to be told of a file that is not PEM.
func certificateType(path string) string {
	switch lower := strings.ToLower(path); {
	case strings.HasSuffix(lower, ".p12"), strings.HasSuffix(lower, ".pfx"):
		return "P12"
	case strings.HasSuffix(lower, ".der"):
		return "DER"
	}
	return ""
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// literals returns what is known of a text.
func literals(t Text) string {
	var b strings.Builder
	for _, p := range t {
		if p.Shell == "" {
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

func hasShell(t Text) bool {
	return slices.ContainsFunc(t, func(p Piece) bool { return p.Shell != "" })
}
