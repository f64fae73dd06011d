package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// awsSignature is AWS Signature Version 4. It signs everything that is on a hop
// but for what others on the way may change, and so comes last.
type awsSignature struct {
	id, secret, token string
	region, service   string // empty to read them from the host name
}

const (
	awsAlgorithm = "AWS4-HMAC-SHA256"
	awsTime      = "20060102T150405Z"
	awsDate      = "20060102"
)

// awsUnsigned are header fields that are not signed: those of the connection, and
// those that proxies and net/http change or add.
var awsUnsigned = []string{
	"authorization", "proxy-authorization", "user-agent", "x-amzn-trace-id", "expect", "connection", "transfer-encoding",
	"te", "trailer", "upgrade", "accept-encoding", "content-length", "host",
}

func (a *awsSignature) apply(hop *http.Request) error {
	host := hop.Host
	if host == "" {
		host = hop.URL.Host
	}
	region, service, err := a.scope(hop.URL.Hostname())
	if err != nil {
		return err
	}
	// What the request says itself about the signature holds.
	if headerValue(hop.Header, "X-Amz-Date") == "" {
		setHeader(hop.Header, "X-Amz-Date", time.Now().UTC().Format(awsTime))
	}
	at, err := time.Parse(awsTime, headerValue(hop.Header, "X-Amz-Date"))
	if err != nil {
		return errors.New("the request's X-Amz-Date is no time such as 20150830T123600Z")
	}
	if a.token != "" {
		setHeader(hop.Header, "X-Amz-Security-Token", a.token)
	}
	simple := service == "s3" || strings.HasPrefix(service, "s3-") // whose paths are names, and which wants to know the body's checksum
	sum := headerValue(hop.Header, "X-Amz-Content-Sha256")
	if sum == "" {
		if sum, err = bodySum(hop, sha256.New()); err != nil {
			return err
		}
		if simple {
			setHeader(hop.Header, "X-Amz-Content-Sha256", sum)
		}
	}
	canonical, signed := canonicalRequest(hop, host, sum, simple)
	scope := strings.Join([]string{at.Format(awsDate), region, service, "aws4_request"}, "/")
	digest := sha256.Sum256([]byte(canonical))
	text := strings.Join([]string{awsAlgorithm, at.Format(awsTime), scope, hex.EncodeToString(digest[:])}, "\n")
	key := []byte("AWS4" + a.secret)
	for _, part := range append(strings.Split(scope, "/"), text) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	setHeader(hop.Header, "Authorization", fmt.Sprintf("%s Credential=%s/%s, SignedHeaders=%s, Signature=%x", awsAlgorithm, a.id, scope, signed, key))
	return nil
}

// answers reports false: a signature is what it is.
func (a *awsSignature) answers(*http.Response, bool) bool { return false }

// headerValue returns the first value of a header field, however its name is
// written, and "" without one.
func headerValue(header http.Header, name string) string {
	for _, written := range sortedKeys(header) {
		if values := header[written]; strings.EqualFold(written, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// setHeader replaces a header field, however its name is written.
func setHeader(header http.Header, name, value string) {
	for written := range header {
		if strings.EqualFold(written, name) {
			delete(header, written)
		}
	}
	header.Set(name, value)
}

// learn does nothing: there is nothing to remember.
func (a *awsSignature) learn(*http.Response) {}

// canonicalRequest returns a request in the form that is signed, and the names of
// the header fields in it.
func canonicalRequest(hop *http.Request, host, sum string, simplePath bool) (text, signed string) {
	fields := map[string]string{"host": host}
	for _, written := range sortedKeys(hop.Header) { // the order in which they are sent
		name := strings.ToLower(written)
		if slices.Contains(awsUnsigned, name) {
			continue
		}
		for _, v := range hop.Header[written] {
			v = strings.Join(strings.Fields(v), " ")
			if before, more := fields[name]; more {
				v = before + "," + v
			}
			fields[name] = v
		}
	}
	names := sortedKeys(fields)
	var header strings.Builder
	for _, name := range names {
		header.WriteString(name + ":" + fields[name] + "\n")
	}
	signed = strings.Join(names, ";")
	return strings.Join([]string{
		hop.Method, canonicalPath(hop.URL, simplePath), canonicalQuery(hop.URL.RawQuery), header.String(), signed, sum,
	}, "\n"), signed
}

// canonicalPath encodes a path once more than it is sent, without empty and
// relative segments; a simple one, as it is sent.
func canonicalPath(u *url.URL, simple bool) string {
	sent := u.EscapedPath()
	if sent == "" {
		return "/"
	}
	if simple {
		return awsEscape(u.Path, "/")
	}
	clean := path.Clean(sent)
	if strings.HasSuffix(sent, "/") && clean != "/" {
		clean += "/"
	}
	return awsEscape(clean, "/")
}

// canonicalQuery encodes and sorts the parameters of a query.
func canonicalQuery(raw string) string {
	var pairs [][2]string
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		for _, text := range []*string{&name, &value} {
			if plain, err := url.QueryUnescape(*text); err == nil {
				*text = plain
			}
			*text = awsEscape(*text, "")
		}
		pairs = append(pairs, [2]string{name, value})
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p[0] + "=" + p[1])
	}
	return b.String()
}

// awsEscape encodes all but the unreserved characters of RFC 3986 section 2.3
// and those in keep.
func awsEscape(text, keep string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if letter := c | 0x20; 'a' <= letter && letter <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func (a *awsSignature) check(u *url.URL) error {
	_, _, err := a.scope(u.Hostname())
	return err
}

// scope returns region and service, where they are not given from a host name
// such as SERVICE.REGION.amazonaws.com; SERVICE.amazonaws.com is in us-east-1.
func (a *awsSignature) scope(host string) (region, service string, err error) {
	region, service = a.region, a.service
	if region != "" && service != "" {
		return region, service, nil
	}
	name, ours := strings.CutSuffix(strings.TrimSuffix(strings.ToLower(host), ".cn"), ".amazonaws.com")
	labels := strings.Split(name, ".")
	last := labels[len(labels)-1]
	foundRegion, foundService := "us-east-1", last
	switch {
	case !ours:
	case isRegion(last) && len(labels) > 1:
		foundRegion, foundService = last, labels[len(labels)-2]
	case len(labels) > 1 && isRegion(labels[len(labels)-2]): // DOMAIN.REGION.es
		foundRegion = labels[len(labels)-2]
	}
	if !ours {
		return "", "", fmt.Errorf("the region and the service of %s cannot be told from its name: give `region` and `service`", host)
	}
	if region == "" {
		region = foundRegion
	}
	if service == "" {
		service = foundService
	}
	return region, service, nil
}

// isRegion reports whether a label of a host name is the name of a region, such
// as eu-central-1.
func isRegion(label string) bool {
	return strings.Count(label, "-") >= 2 && strings.ContainsAny(label[len(label)-1:], "0123456789")
}
