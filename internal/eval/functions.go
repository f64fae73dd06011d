package eval

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/url"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/value"
)

// ourFunctions is what expr does not have, and what means more here (date, now,
// duration).
var ourFunctions = [...]function{
	{name: "json", params: []kind{text}, answer: true, call: callJSON, check: checkPath},
	{name: "has", params: []kind{text}, kind: boolean, answer: true, call: callHas, check: checkPath},
	{name: "jsonpath", params: []kind{text}, answer: true, call: callJSONPath, check: checkJSONPath},
	{name: "xpath", params: []kind{text}, answer: true, call: callXPath, check: checkXPath, result: xpathKind},
	{name: "header", params: []kind{text}, answer: true, call: callHeader},

	{name: "includes", params: []kind{anything, anything}, kind: boolean, call: callIncludes, check: checkIncludes},
	{name: "near", params: []kind{anything, anything, number}, kind: boolean, call: callNear, check: checkNear, prepare: prepareNear},
	{name: "file", params: []kind{text}, kind: text, call: callFile, prepare: prepareFile},
	{name: "schema", params: []kind{anything, anything}, optional: 1, kind: boolean, call: callSchema, prepare: prepareSchema},

	{name: "now", params: nil, kind: instant, volatile: true, call: func(r *run, _ []any) (any, error) { return r.env.now(), nil }},
	{name: "date", params: []kind{anything, text, text}, optional: 2, kind: instant, call: callDate},
	{name: "duration", params: []kind{text}, kind: number, call: callDuration},

	{name: "base64", params: []kind{text}, kind: text, call: oneText(toBase64)},
	{name: "unbase64", params: []kind{text}, kind: text, call: callFromBase64},
	{name: "hex", params: []kind{text}, kind: text, call: oneText(toHex)},
	{name: "sha256", params: []kind{text}, kind: text, call: oneText(toSHA256)},
	{name: "md5", params: []kind{text}, kind: text, call: oneText(toMD5)},
	{name: "hmac", params: []kind{text, text, text}, kind: text, call: callHMAC, check: checkHMAC},
	{name: "urlencode", params: []kind{text}, kind: text, call: oneText(urlencode)},
	{name: "uuid", params: nil, kind: text, volatile: true, call: func(r *run, _ []any) (any, error) { return r.env.uuid(), nil }},
	{name: "jwt", params: []kind{text}, kind: objects, call: callJWT},
}

func oneText(f func(s string) (string, error)) func(*run, []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		s := args[0].(string)
		if err := r.spendText(len(s)); err != nil {
			return nil, err
		}
		return f(s)
	}
}

// literalText returns the first argument if it is written out.
func literalText(args []*part) (string, bool) {
	s, ok := args[0].literal.(string)
	return s, ok
}

func checkPath(args []*part) *Error {
	path, ok := literalText(args)
	if !ok {
		return nil
	}
	if err := lintPath(path); err != nil {
		return place(err, args[0].start, args[0].end)
	}
	return nil
}

func callJSON(r *run, args []any) (any, error) {
	path := args[0].(string)
	a, err := r.answer()
	if err != nil {
		return nil, err
	}
	v, ok, err := a.gjsonGet(path)
	if err := r.queries(path, gjsonQueries, ok); err != nil {
		return nil, err
	}
	if ok || err != nil {
		return v, err
	}
	if lint := lintPath(path); lint != nil {
		return nil, r.unreadable(r.call, path, lint)
	}
	return nil, a.gjsonMissing(path)
}

func callHas(r *run, args []any) (any, error) {
	path := args[0].(string)
	a, err := r.answer()
	if err != nil {
		return nil, err
	}
	_, ok, err := a.gjsonGet(path)
	if err := r.queries(path, gjsonQueries, ok); err != nil {
		return nil, err
	}
	if ok || err != nil {
		return ok, err
	}
	if lint := lintPath(path); lint != nil {
		return nil, r.unreadable(r.call, path, lint)
	}
	return false, nil
}

func checkJSONPath(args []*part) *Error {
	path, ok := literalText(args)
	if !ok {
		return nil
	}
	if _, err := parseJSONPath(path); err != nil {
		return place(err, args[0].start, args[0].end)
	}
	return nil
}

func callJSONPath(r *run, args []any) (any, error) {
	a, err := r.answer()
	if err != nil {
		return nil, err
	}
	d, err := a.jsonBody()
	if err != nil {
		return nil, err
	}
	path := args[0].(string)
	p, lint := parseJSONPath(path)
	if lint != nil {
		return nil, r.unreadable(r.call, path, lint)
	}
	v, err := selectJSONPath(p, d.value(), path)
	if err := r.queries(path, "?", !missed(err)); err != nil {
		return nil, err
	}
	return v, err
}

// gjsonQueries are the characters of a path of gjson that look at values, or make
// something of them.
const gjsonQueries = "(@{!~=<>"

func callHeader(r *run, args []any) (any, error) {
	a, err := r.answer()
	if err != nil {
		return nil, err
	}
	if err := a.header(); err != nil {
		return nil, err
	}
	return member(fields(a.Header), args[0], "headers", "header")
}

// checkIncludes finds a part that is written out and holds nothing.
func checkIncludes(args []*part) *Error {
	subset, ok := args[1].constantValue()
	if s, isText := subset.(string); !ok || isText && (s != "" || args[0].kind != text) {
		return nil
	}
	if err := nothingIncluded(args[1], subset); err != nil {
		return place(err, args[1].start, args[1].end)
	}
	return nil
}

// nothingIncluded is the mistake of looking for nothing, which is in everything: a
// check that cannot fail checks nothing.
func nothingIncluded(p *part, subset any) *Error {
	empty := false
	switch v := subset.(type) {
	case string:
		empty = v == ""
	case []any:
		empty = len(v) == 0
	case map[string]any:
		empty = len(v) == 0
	}
	if !empty {
		return nil
	}
	return errorf("`%s` is empty, so that there is nothing to look for", p.text).suggest("compare with `== %s` if it may be empty", value.Format(subset))
}

func callIncludes(r *run, args []any) (any, error) {
	actual, err := plain(args[0])
	if err != nil {
		return nil, err
	}
	subset, err := plain(args[1])
	if err != nil {
		return nil, err
	}
	whole, piece := r.call.sources[0], r.call.sources[1]
	k, l := kindOf(actual), kindOf(subset)
	if l != text || k == text {
		if err := nothingIncluded(piece, subset); err != nil {
			return nil, r.place(err, piece)
		}
	}
	switch {
	case k == text && l == text: // whether the one is the other is nothing that anybody asks so
		return nil, errorf("includes() looks into a list or an object, and `%s` is text", whole.text).
			detail("its value is `%s`", r.show(whole, actual)).suggest("write `%s contains %s`", whole.text, piece.text)
	case k == list && l != list:
		return value.Includes(actual, []any{subset}), nil
	case k != l:
		return nil, errorf("includes() looks for a part of %s in %s", l, k)
	}
	return value.Includes(actual, subset), nil
}

// checkNear finds a tolerance that is written out and that nothing is within.
func checkNear(args []*part) *Error {
	if tolerance := args[2]; tolerance.constant {
		if err := negativeTolerance(tolerance, tolerance.literal); err != nil {
			return place(err, tolerance.start, tolerance.end)
		}
	}
	return nil
}

func negativeTolerance(p *part, tolerance any) *Error {
	if order, err := value.Compare(tolerance, 0); err != nil || order >= 0 {
		return nil
	}
	return errorf("the tolerance `%s` is negative, and nothing is as near as that", p.text).suggest("write how far the two may be apart, such as `near(a, b, 0.5)`")
}

// callNear compares numbers, or times with a tolerance in milliseconds.
func callNear(r *run, args []any) (any, error) {
	tolerance := r.call.sources[2]
	if err := negativeTolerance(tolerance, args[2]); err != nil {
		return nil, r.place(err.detail("its value is `%s`", r.show(tolerance, args[2])), tolerance)
	}
	d, err := apart(args[0], args[1])
	if err != nil {
		return nil, err
	}
	order, err := value.Compare(d, args[2])
	return order <= 0, err
}

// apart returns how far two numbers or, in milliseconds, two times are apart.
func apart(a, b any) (any, error) {
	s, isTime := a.(time.Time)
	t, areTimes := b.(time.Time)
	if isTime && areTimes {
		return value.Abs(milliseconds(s.Sub(t)))
	}
	difference, err := value.Sub(a, b)
	if err != nil {
		return nil, err
	}
	return value.Abs(difference)
}

// prepareNear makes near() say by how much it was off.
func prepareNear(_ *compiler, p *part) *Error {
	p.leaf = false
	args := p.sources
	p.culprit = func(r *run) string {
		a, b, allowed := plainTime(r, args[0]), plainTime(r, args[1]), plainTime(r, args[2])
		d, err := apart(a, b)
		if err != nil || r.secret(p) {
			return ""
		}
		unit := ""
		if kindOf(a) == instant {
			unit = " ms"
		}
		return "they are " + value.Format(d) + unit + " apart, and " + value.Format(allowed) + unit + " is allowed"
	}
	return nil
}

// plainTime evaluates a part that is a number or a time.
func plainTime(r *run, p *part) any {
	v, _ := p.value(r)
	return v
}

// dateLayouts are those that expr's date() tries, and those of HTTP.
var dateLayouts = [...]string{
	time.RFC3339, "2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "15:04:05",
	time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.RFC822,
}

// callDate reads a text, with a layout and a time zone if they are given, or a
// number of seconds since 1970.
func callDate(r *run, args []any) (any, error) {
	if len(args) == 1 && value.IsNumber(args[0]) {
		ms, err := value.Mul(args[0], 1000)
		if err != nil {
			return nil, err
		}
		d, ok := durationOf(ms)
		if !ok {
			return nil, errorf("`%s` is no number of seconds since 1970", r.show(r.call, args[0]))
		}
		return time.Unix(0, int64(d)).UTC(), nil
	}
	s, ok := args[0].(string)
	if !ok {
		return nil, errorf("date() takes text or a number, and `%s` is %s", r.show(r.call, args[0]), kindOf(args[0]))
	}
	zone := time.UTC
	if len(args) == 3 {
		var err error
		if zone, err = time.LoadLocation(args[2].(string)); err != nil {
			return nil, errorf("unknown time zone `%s`", r.quote(r.call, args[2].(string)))
		}
	}
	if len(args) > 1 {
		t, err := time.ParseInLocation(args[1].(string), s, zone)
		if err != nil {
			return nil, errorf("`%s` is no date in the layout `%s`", r.quote(r.call, s), r.quote(r.call, args[1].(string))).
				suggest("write the layout as `2006-01-02T15:04:05Z07:00`")
		}
		return t, nil
	}
	for _, layout := range &dateLayouts {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return nil, errorf("`%s` is no date", r.quote(r.call, s)).suggest("give date() its layout as the second argument")
}

func callDuration(r *run, args []any) (any, error) {
	d, err := time.ParseDuration(args[0].(string))
	if err != nil {
		return nil, errorf("`%s` is no duration", r.quote(r.call, args[0].(string))).suggest("write it as `300ms`, `2s` or `1m30s`")
	}
	return milliseconds(d), nil
}

func toBase64(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil }

func callFromBase64(r *run, args []any) (any, error) {
	s := args[0].(string)
	if err := r.spendText(len(s)); err != nil {
		return nil, err
	}
	decoded, err := fromBase64(s)
	if err != nil {
		return nil, errorf("`%s` is not base64", r.quote(r.call, s))
	}
	return decoded, nil
}

// fromBase64 reads both alphabets, with and without padding.
func fromBase64(s string) (string, error) {
	standard := strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(strings.TrimRight(s, "="))
	b, err := base64.RawStdEncoding.DecodeString(standard)
	return string(b), err
}

func toHex(s string) (string, error) { return hex.EncodeToString([]byte(s)), nil }

func toSHA256(s string) (string, error) {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:]), nil
}

func toMD5(s string) (string, error) {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:]), nil
}

func newHash(name string) func() hash.Hash {
	switch strings.ReplaceAll(strings.ToLower(name), "-", "") {
	case "sha256":
		return sha256.New
	case "sha512":
		return sha512.New
	case "sha1":
		return sha1.New
	case "md5":
		return md5.New
	}
	return nil
}

func checkHMAC(args []*part) *Error {
	if name, ok := literalText(args); ok && newHash(name) == nil {
		return place(unknownHash(value.Shorten(name, shownName)), args[0].start, args[0].end)
	}
	return nil
}

func unknownHash(name string) *Error {
	return errorf("hmac() does not know the hash `%s`", name).
		suggest("write `hmac(\"sha256\", key, text)`, or sha512, sha1, md5")
}

// callHMAC is hmac(hash, key, text) (RFC 2104), in hexadecimal.
func callHMAC(r *run, args []any) (any, error) {
	h := newHash(args[0].(string))
	if h == nil {
		return nil, unknownHash(r.quote(r.call.operands[0], args[0].(string)))
	}
	message := args[2].(string)
	mac := hmac.New(h, []byte(args[1].(string)))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil)), r.spendText(len(message))
}

// urlencode escapes all but the unreserved characters (RFC 3986 §2.3).
func urlencode(s string) (string, error) {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), nil
}

// newUUID returns a random UUID (RFC 9562 §5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// callJWT returns the claims of a JSON Web Token (RFC 7519). It verifies
// nothing.
func callJWT(_ *run, args []any) (any, error) {
	token := strings.TrimPrefix(strings.TrimSpace(args[0].(string)), "Bearer ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 && len(parts) != 2 {
		return nil, errorf("this is no JSON Web Token: it has %d parts, not 3", len(parts))
	}
	payload, err := fromBase64(parts[1])
	if err != nil {
		return nil, errorf("this is no JSON Web Token: its second part is not base64")
	}
	claims, _, err := value.Decode([]byte(payload))
	if object, ok := claims.(map[string]any); ok && err == nil {
		return object, nil
	}
	return nil, errorf("this is no JSON Web Token: its second part is not a JSON object")
}
