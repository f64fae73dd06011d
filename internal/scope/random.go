package scope

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// random makes random values from the session's source.
type random struct{ *session }

// Read reads random bytes; it never returns fewer than asked for.
func (r random) Read(b []byte) (int, error) {
	r.randomMu.Lock()
	defer r.randomMu.Unlock()
	n, err := io.ReadFull(r.random, b)
	if err != nil {
		return n, fmt.Errorf("no randomness: %w", err)
	}
	return n, nil
}

// uuid makes a UUID of version 4 (RFC 9562 section 5.4).
func (r random) uuid() (string, error) {
	var b [16]byte
	if _, err := r.Read(b[:]); err != nil {
		return "", err
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-"), nil
}

// integer makes an integer of [low, high).
func (r random) integer(low, high int64) (string, error) {
	lo, hi := big.NewInt(low), big.NewInt(high)
	n, err := rand.Int(r, hi.Sub(hi, lo))
	if err != nil {
		return "", err
	}
	return n.Add(n, lo).String(), nil
}

// float makes a number of [low, high).
func (r random) float(low, high float64) (string, error) {
	var b [8]byte
	if _, err := r.Read(b[:]); err != nil {
		return "", err
	}
	fraction := float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
	f := low*(1-fraction) + high*fraction
	if f >= high { // by rounding
		f = math.Nextafter(high, low)
	}
	return strconv.FormatFloat(f, 'f', -1, 64), nil
}

// text makes n characters of an alphabet.
func (r random) text(n int, alphabet string) (string, error) {
	size := big.NewInt(int64(len(alphabet)))
	b := make([]byte, n)
	for i := range b {
		at, err := rand.Int(r, size)
		if err != nil {
			return "", err
		}
		b[i] = alphabet[at.Int64()]
	}
	return string(b), nil
}

const (
	smallLetters = "abcdefghijklmnopqrstuvwxyz"
	letters      = smallLetters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
)

// maxRandomText bounds the length of a random text.
const maxRandomText = 1 << 16

// defaultRandom is the exclusive upper bound of numbers without arguments.
const defaultRandom = 1000

// parseRandom reads the arguments of a random variable: `$randomInt [min max]`,
// and `$random.x(…)`. If it cannot, it returns what was expected instead.
func parseRandom(name, rest string, blanks []string) (generate func(random) (string, error), expected string) {
	if name == "$randomInt" {
		low, high, ok := bounds(blanks, strconvInt, 0, defaultRandom)
		if !ok || len(blanks) == 1 {
			return nil, "`$randomInt`, or `$randomInt min max` with integers, min below max"
		}
		return func(r random) (string, error) { return r.integer(low, high) }, ""
	}
	args, ok := parenthesised(rest)
	switch name {
	case "$random.integer":
		low, high, valid := bounds(args, strconvInt, 0, defaultRandom)
		if !ok || !valid {
			return nil, "`$random.integer(from, to)` with integers, from below to"
		}
		return func(r random) (string, error) { return r.integer(low, high) }, ""
	case "$random.float":
		low, high, valid := bounds(args, strconvFloat, 0, defaultRandom)
		if !ok || !valid {
			return nil, "`$random.float(from, to)` with numbers, from below to"
		}
		return func(r random) (string, error) { return r.float(low, high) }, ""
	case "$random.email":
		if !ok || len(args) > 0 {
			return nil, "`$random.email`"
		}
		return func(r random) (string, error) {
			local, err := r.text(12, smallLetters)
			return local + "@example.com", err // RFC 2606: nobody's address
		}, ""
	}
	alphabet := letters
	switch name {
	case "$random.alphanumeric":
		alphabet = letters + digits + "_"
	case "$random.hexadecimal":
		alphabet = digits + "ABCDEF"
	}
	if !ok || len(args) != 1 {
		return nil, "`" + name + "(length)`"
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > maxRandomText {
		return nil, fmt.Sprintf("`%s(length)` with a length from 1 to %d", name, maxRandomText)
	}
	return func(r random) (string, error) { return r.text(n, alphabet) }, ""
}

// parenthesised splits "(a, b)". Nothing at all is no arguments.
func parenthesised(s string) ([]string, bool) {
	if s == "" {
		return nil, true
	}
	if s[0] != '(' || s[len(s)-1] != ')' {
		return nil, false
	}
	s = strings.TrimSpace(s[1 : len(s)-1])
	if s == "" {
		return nil, true
	}
	args := strings.Split(s, ",")
	for i := range args {
		args[i] = strings.TrimSpace(args[i])
	}
	return args, true
}

// bounds reads (), (high) or (low, high).
func bounds[T int64 | float64](args []string, parse func(string) (T, error), low, high T) (T, T, bool) {
	if len(args) > 2 {
		return 0, 0, false
	}
	var err error
	if len(args) == 2 {
		if low, err = parse(args[0]); err != nil {
			return 0, 0, false
		}
	}
	if len(args) > 0 {
		if high, err = parse(args[len(args)-1]); err != nil {
			return 0, 0, false
		}
	}
	return low, high, low < high
}

func strconvInt(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

func strconvFloat(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
		err = strconv.ErrRange
	}
	return f, err
}
