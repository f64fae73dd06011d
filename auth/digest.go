package auth

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/transport"
)

// digests are the Digest credentials of a run, so that requests of the same user
// share the nonces of servers.
type digests struct {
	mu  sync.Mutex
	all map[[2]string]*digest
}

func (d *digests) get(username, password string) *digest {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := [2]string{username, password}
	found := d.all[id]
	if found == nil {
		found = &digest{username: username, password: password, newNonce: randomNonce, sessions: make(map[string]*digestSession), refused: make(map[realmAt]bool)}
		if d.all == nil {
			d.all = make(map[[2]string]*digest)
		}
		d.all[id] = found
	}
	return found
}

// digest is HTTP Digest authentication (RFC 7616, and RFC 2069 for servers
// without qop). A hop to a server that has sent no challenge yet carries no
// credentials.
type digest struct {
	username, password string
	newNonce           func() string // of the client

	mu       sync.Mutex
	sessions map[string]*digestSession // by origin
	refused  map[realmAt]bool          // where the password is wrong
}

// realmAt is a realm of an origin.
type realmAt struct{ origin, realm string }

// firstUse is the count of the first hop that uses a nonce.
const firstUse = "00000001"

// digestSession is the challenge that hops to an origin answer.
type digestSession struct {
	digestChallenge
	count    int  // of the hops that have used its nonce
	accepted bool // by the answer to one of them
}

// digestChallenge is a challenge that can be answered.
type digestChallenge struct {
	algorithm string // as the server writes it; empty if it does not
	sum       func() hash.Hash
	session   bool   // the algorithm is one of -sess
	qop       string // "auth", "auth-int", or empty for RFC 2069

	realm, nonce, opaque string // as they stand between their quotes
	hasOpaque, stale     bool
	userhash, utf8       bool
}

// digestAlgorithms are what can be computed, the strongest first.
var digestAlgorithms = []struct {
	name string
	sum  func() hash.Hash
}{
	{"SHA-512-256", sha512.New512_256},
	{"SHA-256", sha256.New},
	{"MD5", md5.New},
}

// strongest returns the strongest of the challenges that can be answered.
func strongest(all []challenge) (best digestChallenge, found bool) {
	rank := len(digestAlgorithms)
	for _, c := range all {
		if c.scheme != "digest" {
			continue
		}
		d, r, ok := readDigest(c.params)
		if ok && r < rank {
			best, rank, found = d, r, true
		}
	}
	return best, found
}

// readDigest reads the parameters of a challenge. Its rank is the place of its
// algorithm, 0 being the strongest; it reports false for one that cannot be
// answered.
func readDigest(params map[string]string) (d digestChallenge, rank int, ok bool) {
	d = digestChallenge{
		algorithm: params["algorithm"], realm: params["realm"], nonce: params["nonce"], opaque: params["opaque"],
		stale:    strings.EqualFold(params["stale"], "true"),
		userhash: strings.EqualFold(params["userhash"], "true"),
		utf8:     strings.EqualFold(params["charset"], "UTF-8"),
	}
	_, d.hasOpaque = params["opaque"]
	name := strings.ToUpper(d.algorithm)
	if name == "" {
		name = "MD5"
	}
	name, d.session = strings.CutSuffix(name, "-SESS")
	for i, a := range digestAlgorithms {
		if a.name == name {
			rank, d.sum = i, a.sum
		}
	}
	if qop, given := params["qop"]; given {
		offered := strings.FieldsFunc(strings.ToLower(qop), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
		for _, known := range []string{"auth", "auth-int"} {
			if d.qop == "" && slices.Contains(offered, known) {
				d.qop = known
			}
		}
		if d.qop == "" {
			return d, 0, false
		}
	}
	return d, rank, d.sum != nil && d.nonce != ""
}

func (d *digest) apply(hop *http.Request) error {
	d.mu.Lock()
	session := d.sessions[transport.Origin(hop.URL)]
	if session == nil {
		d.mu.Unlock()
		return nil
	}
	session.count++
	c, count := session.digestChallenge, session.count
	d.mu.Unlock()
	value, err := d.answerTo(&c, count, hop)
	if err == nil {
		hop.Header["Authorization"] = []string{value}
	}
	return err
}

// check returns nil: any server may ask for a digest.
func (d *digest) check(*url.URL) error { return nil }

func (d *digest) answers(answer *http.Response, take bool) bool {
	c, ok := strongest(challenges(answer.Header))
	if answer.StatusCode != http.StatusUnauthorized || !ok {
		return false
	}
	origin := transport.Origin(answer.Request.URL)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refused[realmAt{origin, c.realm}] {
		return false
	}
	// A nonce that was good before may have ended, although the server does not say
	// so, or be unknown to one that was started again. One that has never been good
	// is no reason to send the password another time.
	if used := carriedDigest(answer.Request); used != nil && used["realm"] == c.realm && !c.stale {
		session := d.sessions[origin]
		if used["nonce"] == c.nonce || session == nil || session.nonce == used["nonce"] && !session.accepted {
			return false
		}
	}
	if take {
		d.sessions[origin] = &digestSession{digestChallenge: c}
	}
	return true
}

// learn takes note of whether an answer accepts the password: any but a 401 does.
// A password is refused for good by the answer to the first hop that uses a nonce,
// unless it was only too late.
func (d *digest) learn(answer *http.Response) {
	used := carriedDigest(answer.Request)
	if used == nil {
		return
	}
	origin := transport.Origin(answer.Request.URL)
	at := realmAt{origin, used["realm"]}
	c, ok := strongest(challenges(answer.Header))
	d.mu.Lock()
	defer d.mu.Unlock()
	session := d.sessions[origin]
	current := session != nil && session.nonce == used["nonce"]
	switch {
	case answer.StatusCode != http.StatusUnauthorized:
		delete(d.refused, at)
		if current {
			session.accepted = true
		}
	case ok && (c.stale || c.realm != at.realm):
	case used["nc"] == firstUse, current && used["nc"] == "" && !session.accepted:
		d.refused[at] = true
		if current {
			delete(d.sessions, origin)
		}
	case current && !session.accepted:
		// The first hop has no answer yet, or got none: the next one begins anew,
		// and its answer decides.
		delete(d.sessions, origin)
	}
}

// refuses reports whether the challenge of an answer is one of a realm that has
// refused the password.
func (d *digest) refuses(u *url.URL, header http.Header) bool {
	c, ok := strongest(challenges(header))
	d.mu.Lock()
	defer d.mu.Unlock()
	return ok && d.refused[realmAt{transport.Origin(u), c.realm}]
}

// carriedDigest returns the parameters of the digest that a hop carried; nil
// without one.
func carriedDigest(hop *http.Request) map[string]string {
	scheme, carried, _ := strings.Cut(hop.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "digest") {
		return nil
	}
	if all := readChallenges("Digest " + carried); len(all) > 0 {
		return all[0].params
	}
	return nil
}

// answerTo returns the value of the Authorization field of a hop that is the
// count-th to use a nonce (RFC 7616 section 3.4).
func (d *digest) answerTo(c *digestChallenge, count int, hop *http.Request) (string, error) {
	h := func(parts ...string) string {
		sum := c.sum()
		_, _ = io.WriteString(sum, strings.Join(parts, ":")) // never fails
		return hex.EncodeToString(sum.Sum(nil))
	}
	nonce, nc, target := d.newNonce(), fmt.Sprintf("%08x", count), hop.URL.RequestURI()
	secret := h(d.username, c.realm, d.password)
	if c.session {
		secret = h(secret, c.nonce, nonce)
	}
	request := []string{hop.Method, target}
	if c.qop == "auth-int" {
		sum, err := bodySum(hop, c.sum())
		if err != nil {
			return "", err
		}
		request = append(request, sum)
	}
	proof := []string{secret, c.nonce}
	if c.qop != "" {
		proof = append(proof, nc, nonce, c.qop)
	}
	response := h(append(proof, h(request...))...)

	var b strings.Builder
	b.WriteString("Digest ")
	switch {
	case c.userhash:
		b.WriteString(`username="` + h(d.username, c.realm) + `"`)
	case c.utf8 && strings.ContainsFunc(d.username, func(r rune) bool { return r > '~' }):
		b.WriteString("username*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(d.username), "+", "%20")) // RFC 8187
	default:
		b.WriteString(`username="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(d.username) + `"`)
	}
	fmt.Fprintf(&b, `, realm="%s", uri="%s"`, c.realm, target)
	if c.algorithm != "" {
		b.WriteString(", algorithm=" + c.algorithm)
	}
	fmt.Fprintf(&b, `, nonce="%s"`, c.nonce)
	if c.qop != "" {
		fmt.Fprintf(&b, `, nc=%s, cnonce="%s", qop=%s`, nc, nonce, c.qop)
	} else if c.session {
		fmt.Fprintf(&b, `, cnonce="%s"`, nonce)
	}
	fmt.Fprintf(&b, `, response="%s"`, response)
	if c.hasOpaque {
		fmt.Fprintf(&b, `, opaque="%s"`, c.opaque)
	}
	if c.userhash {
		b.WriteString(", userhash=true")
	}
	return b.String(), nil
}

// bodySum returns the checksum of a hop's body in hexadecimal digits.
func bodySum(hop *http.Request, sum hash.Hash) (string, error) {
	if hop.GetBody != nil {
		body, err := hop.GetBody()
		if err != nil {
			return "", err
		}
		defer body.Close()
		if _, err := io.Copy(sum, body); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func randomNonce() string {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	return hex.EncodeToString(nonce[:])
}
