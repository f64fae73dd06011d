package script

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/charset"
)

// algorithm is a hash function under the name that scripts call it by.
type algorithm struct {
	name string
	make func() hash.Hash
}

func algorithms() []algorithm {
	return []algorithm{
		{"md5", md5.New}, {"sha1", sha1.New}, {"sha256", sha256.New}, {"sha384", sha512.New384}, {"sha512", sha512.New},
	}
}

// crypto makes the object crypto of JetBrains, with randomUUID of the Web's.
func (l *library) crypto() goja.Value {
	members := []member{
		{name: "hmac", get: func(*invocation) goja.Value {
			var members []member
			for _, a := range algorithms() {
				members = append(members, member{name: a.name, call: func(c *invocation) goja.Value { return c.l.hasher("crypto.hmac."+a.name+"()", a, true) }})
			}
			return l.object("crypto.hmac", members...)
		}},
		{name: "randomUUID", call: func(c *invocation) goja.Value { return l.vm.ToValue(l.maker().UUID()) }},
	}
	for _, a := range algorithms() {
		members = append(members, member{name: a.name, call: func(c *invocation) goja.Value { return c.l.hasher("crypto."+a.name+"()", a, false) }})
	}
	return l.object("crypto", members...)
}

// maxHashed bounds what one hash is made of, in bytes.
const maxHashed = 64 << 20

// hasher makes what takes the parts of a message, and its secret.
func (l *library) hasher(name string, a algorithm, keyed bool) *goja.Object {
	var message, secret []byte
	hasSecret := false
	update := func(part func(c *invocation) []byte) func(c *invocation) goja.Value {
		return func(c *invocation) goja.Value {
			p := part(c)
			if len(message)+len(p) > maxHashed {
				c.fail("more than %d MiB to hash", maxHashed>>20)
			}
			message = append(message, p...)
			return c.this
		}
	}
	key := func(part func(c *invocation) []byte) func(c *invocation) goja.Value {
		return func(c *invocation) goja.Value {
			secret, hasSecret = part(c), true
			return c.this
		}
	}
	members := []member{
		{name: "updateWithText", call: update((*invocation).encoded)},
		{name: "updateWithHex", call: update((*invocation).hex)},
		{name: "updateWithBase64", call: update((*invocation).base64)},
		{name: "digest", call: func(c *invocation) goja.Value {
			h := a.make
			if !keyed {
				return l.digest(h(), message)
			}
			if !hasSecret {
				c.fail("there is no secret: call `withTextSecret`, `withHexSecret` or `withBase64Secret` first")
			}
			return l.digest(hmac.New(h, secret), message)
		}},
	}
	if keyed {
		members = append(members,
			member{name: "withTextSecret", call: key((*invocation).encoded)},
			member{name: "withHexSecret", call: key((*invocation).hex)},
			member{name: "withBase64Secret", call: key((*invocation).base64)},
		)
	}
	return l.object(name, members...)
}

// digest makes a digest. Base64 for URLs comes without padding (RFC 7515 section
// 2): what is signed with it needs none, and the scripts that cut it off find
// nothing to cut.
func (l *library) digest(h hash.Hash, message []byte) *goja.Object {
	h.Write(message)
	sum := h.Sum(nil)
	return l.object("digest()",
		member{name: "toHex", call: func(*invocation) goja.Value { return l.vm.ToValue(hex.EncodeToString(sum)) }},
		member{name: "toBase64", call: func(c *invocation) goja.Value {
			if c.flag(0, "urlSafe") {
				return l.vm.ToValue(base64.RawURLEncoding.EncodeToString(sum))
			}
			return l.vm.ToValue(base64.StdEncoding.EncodeToString(sum))
		}},
	)
}

// encoded returns the bytes of the arguments (text, encoding).
func (c *invocation) encoded() []byte {
	text := c.text(0, "text")
	if !c.has(1) {
		return []byte(text)
	}
	name := c.text(1, "encoding")
	found, known := charset.Find(name)
	switch {
	case !known:
		c.fail("the encoding %s is not known", excerpt(name))
	case found == nil:
		return []byte(text)
	}
	b, err := found.NewEncoder().Bytes([]byte(text))
	if err != nil {
		c.fail("the text cannot be written in %s", name)
	}
	return b
}

// hex returns the bytes of the argument (hex).
func (c *invocation) hex() []byte {
	text := c.text(0, "hex")
	b, err := hex.DecodeString(text)
	if err != nil {
		c.fail("expected pairs of hexadecimal digits, found %s", excerpt(text))
	}
	return b
}

// base64 returns the bytes of the arguments (base64, urlSafe). The padding may be
// left out.
func (c *invocation) base64() []byte {
	text, alphabet, named := c.text(0, "base64"), base64.RawStdEncoding, "Base64"
	if c.flag(1, "urlSafe") {
		alphabet, named = base64.RawURLEncoding, "Base64 of the alphabet for URLs"
	}
	b, err := alphabet.DecodeString(unpadded(text))
	if err != nil || strings.ContainsAny(text, "\r\n") { // which Go would skip
		c.fail("expected %s, found %s", named, excerpt(text))
	}
	return b
}

// unpadded returns Base64 without its padding, if that has its length.
func unpadded(s string) string {
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(s, "=")
		s = strings.TrimSuffix(s, "=")
	}
	return s
}
