package fake

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/bits"
	mathrand "math/rand/v2"
	"strings"
	"sync"
)

// Random is a stream of random numbers, and what is made of them by chance
// alone. It is safe for concurrent use.
type Random struct {
	mu     sync.Mutex
	source mathrand.Source // nil for crypto/rand
	begin  func() *Random  // nil once it has begun
}

// Secure returns a stream of the system's random numbers, which nobody can make
// again.
func Secure() *Random { return new(Random) }

// Lazy returns a stream that begins when its first number is asked for.
func Lazy(begin func() *Random) *Random { return &Random{begin: begin} }

// Seed is what the streams of a run are derived from.
type Seed uint64

// Stream returns the stream of a place, which is told in words. The same seed
// and words always give the same numbers, on every machine; other words give
// numbers that have nothing to do with them.
func (s Seed) Stream(place ...string) *Random {
	h := sha256.New()
	var number [8]byte
	write := func(n uint64) {
		binary.BigEndian.PutUint64(number[:], n)
		h.Write(number[:])
	}
	write(uint64(s))
	for _, word := range place {
		write(uint64(len(word))) // so that "a", "bc" is not "ab", "c"
		h.Write([]byte(word))
	}
	return &Random{source: mathrand.NewChaCha8([32]byte(h.Sum(nil)))}
}

// Uint64 returns any number.
func (r *Random) Uint64() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begin != nil {
		r.source, r.begin = r.begin().source, nil
	}
	if r.source == nil {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		return binary.BigEndian.Uint64(b[:])
	}
	return r.source.Uint64()
}

// below returns a number less than n, all of them equally often (Lemire 2019).
// The methods of math/rand give other numbers on machines of 32 bits.
func (r *Random) below(n uint64) uint64 {
	high, low := bits.Mul64(r.Uint64(), n)
	for least := -n % n; low < least; {
		high, low = bits.Mul64(r.Uint64(), n)
	}
	return high
}

// index returns a number less than n.
func (r *Random) index(n int) int { return int(r.below(uint64(n))) }

// between returns a number of [low, high].
func (r *Random) between(low, high int) int { return low + r.index(high-low+1) }

func (r *Random) bool() bool { return r.Uint64()&1 == 1 }

// Integer returns a number of [low, high), where low is less than high.
func (r *Random) Integer(low, high int64) int64 {
	return low + int64(r.below(uint64(high)-uint64(low)))
}

// Float returns a number of [low, high), where low is less than high.
func (r *Random) Float(low, high float64) float64 {
	fraction := float64(r.Uint64()>>11) / (1 << 53)
	f := low*(1-fraction) + high*fraction
	if f >= high { // by rounding
		f = math.Nextafter(high, low)
	}
	return f
}

// Alphabets of [Random.Text].
const (
	Small   = "abcdefghijklmnopqrstuvwxyz"
	Capital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	Digits  = "0123456789"
	hexa    = Digits + "abcdef"
)

// Text returns n characters of an alphabet, which are of one byte each.
func (r *Random) Text(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.index(len(alphabet))]
	}
	return string(b)
}

// UUID returns a UUID of version 4 (RFC 9562 section 5.4).
func (r *Random) UUID() string {
	var b [16]byte
	r.fill(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

// fill fills b with random bytes.
func (r *Random) fill(b []byte) {
	for i := 0; i < len(b); i += 8 {
		var eight [8]byte
		binary.BigEndian.PutUint64(eight[:], r.Uint64())
		copy(b[i:], eight[:])
	}
}

// one returns one of the words of a list, which are separated by "|".
func (r *Random) one(list string) string {
	n := r.index(strings.Count(list, "|") + 1)
	for range n {
		_, list, _ = strings.Cut(list, "|")
	}
	word, _, _ := strings.Cut(list, "|")
	return word
}

// fillIn replaces each "#" of a pattern by a digit, and each "?" by a capital.
func (r *Random) fillIn(pattern string) string {
	b := []byte(pattern)
	for i, c := range b {
		switch c {
		case '#':
			b[i] = Digits[r.index(10)]
		case '?':
			b[i] = Capital[r.index(26)]
		}
	}
	return string(b)
}
