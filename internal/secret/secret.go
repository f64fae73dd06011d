// Package secret keeps the values that must not be shown and masks them in
// every text that leaves the process.
package secret

import (
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Mask is what stands in the place of a secret.
const Mask = "***"

const (
	minValue = 4  // characters of the shortest value that is masked
	minLine  = 16 // characters of the shortest line of a secret that is masked by itself
)

// Set is the secret values of a run. The zero Set is empty and ready to use;
// it is safe for concurrent use. It must not be copied.
type Set struct {
	matcher atomic.Pointer[matcher] // nil while there is nothing to find
	stale   atomic.Bool             // pending is not empty

	mu       sync.Mutex
	values   map[string]bool // added so far
	masked   map[string]bool // of these, without white space around them, that are masked
	lengths  map[int]bool    // of the masked ones, in bytes
	patterns map[string]bool // that stand for them
	pending  []string        // patterns that matcher does not find yet
	unmasked int

	unmaskable map[string]bool // variables whose values are too short or too common

	observe func(value string) // told of values that are new; may be nil
	told    map[string]bool    // what observe knows
	shown   bool               // nothing is masked
}

// Observe has f told of each value that is to be masked, and of the forms of
// HTTP Basic authentication, as they are added and once each: whoever masks other
// output must know them before anything prints them. It is called before the
// first Add. f is called by one goroutine at a time.
func (s *Set) Observe(f func(value string)) { s.observe = f }

// Show makes the set mask nothing. It is called before the first use.
func (s *Set) Show() { s.shown = true }

// Add makes values secret, as they are and in the encodings in which they
// usually appear: percent-encoded, escaped for JSON, HTML and Go, and Base64, also
// inside of a longer text.
// White space around a value, such as the newline at the end of a file, is not
// part of the secret. The lines of a value of several lines are secret by
// themselves if they are at least 16 characters long.
//
// Values that would mask half of any text are not masked: those of fewer than
// four characters, true, false and null, and numbers of fewer than four
// digits. They are counted by [Set.Unmasked].
func (s *Set) Add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		s.add(value)
	}
}

// AddOf is Add for the value of the variable of a name, which [Set.Unmaskable] tells
// if the value is not masked.
func (s *Set) AddOf(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(value)
	if trimmed := strings.TrimSpace(value); name != "" && trimmed != "" && trimmed != Mask && tooCommon(trimmed) {
		insert(&s.unmaskable, name)
	}
}

// AddBasic makes password secret, and with it what HTTP Basic authentication
// (RFC 7617) and its form for OAuth clients (RFC 6749 section 2.3.1) make of
// user and password. The user by itself is no secret.
func (s *Set) AddBasic(user, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(password)
	if password == "" {
		return
	}
	for _, pair := range []string{
		user + ":" + password,
		url.QueryEscape(user) + ":" + url.QueryEscape(password),
	} {
		s.addBase64(pair)
		s.tell(base64.StdEncoding.EncodeToString([]byte(pair)))
	}
}

// tell tells observe of a value, once.
func (s *Set) tell(value string) {
	if s.observe != nil && insert(&s.told, value) {
		s.observe(value)
	}
}

// Mask returns text with every secret replaced. Secrets that overlap or touch
// are replaced together. Masking twice is the same as masking once.
func (s *Set) Mask(text string) string {
	m := s.current()
	if m == nil {
		return text
	}
	return m.mask(text)
}

// MaskHead is Mask for a text that was cut at its end. What is left of a secret
// at the cut is replaced too: the longest end of the text that a secret begins
// with, be it one character.
func (s *Set) MaskHead(text string) string {
	m := s.current()
	if m == nil {
		return text
	}
	return m.maskHead(text)
}

// Holds reports whether a text is a secret or holds one: also one that is too
// short or too common to be masked, if it is all of the text, and also where
// nothing is masked.
func (s *Set) Holds(text string) bool {
	if s.Mask(text) != text {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for value := range s.values {
		value = strings.TrimSpace(value)
		if value == text || !tooCommon(value) && strings.Contains(text, value) {
			return true
		}
	}
	return false
}

// Within returns the values that were added and are in a text, but those that are too
// short or too common to be masked.
func (s *Set) Within(text string) []string {
	var all []string
	for _, piece := range s.Cut(text) {
		if piece.Secret {
			all = append(all, s.valuesIn(piece.Text)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// valuesIn returns the values that are in a text that is nothing but secret. There may
// be thousands of values, as of a run that captures tokens, which are of a few lengths.
func (s *Set) valuesIn(text string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	places := 0 // at which one of them could be
	for n := range s.lengths {
		places += max(len(text)-n+1, 0)
	}
	var all []string
	if places > len(s.masked) {
		for value := range s.masked {
			if strings.Contains(text, value) {
				all = append(all, value)
			}
		}
		return all
	}
	for n := range s.lengths {
		for at := 0; at+n <= len(text); at++ {
			if part := text[at : at+n]; s.masked[part] {
				all = append(all, part)
			}
		}
	}
	return all
}

// Piece is a part of a text.
type Piece struct {
	Text   string
	Secret bool
}

// Cut returns a text in pieces: what Mask would replace, and the rest.
func (s *Set) Cut(text string) []Piece {
	m := s.current()
	if m == nil {
		return []Piece{{Text: text}}
	}
	var pieces []Piece
	rest := 0
	for _, found := range m.spans(text, false) {
		if found.start > rest {
			pieces = append(pieces, Piece{Text: text[rest:found.start]})
		}
		pieces = append(pieces, Piece{Text: text[found.start:found.end], Secret: true})
		rest = found.end
	}
	if rest < len(text) {
		pieces = append(pieces, Piece{Text: text[rest:]})
	}
	return pieces
}

// Unmasked returns how many values were added that are too short or too common
// to be masked, so that the user can be told once.
func (s *Set) Unmasked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unmasked
}

// Unmaskable returns the names of variables with such values, sorted. A value that
// no variable has is of none of them.
func (s *Set) Unmaskable() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.unmaskable))
}

// add registers a value with everything that stands for it.
func (s *Set) add(value string) {
	trimmed := strings.TrimSpace(value)
	common := tooCommon(trimmed)
	if common {
		value = trimmed
	}
	if trimmed == "" || trimmed == Mask || !insert(&s.values, value) {
		return
	}
	if common {
		s.unmasked++
		return
	}
	if insert(&s.masked, trimmed) {
		if s.lengths == nil {
			s.lengths = make(map[int]bool)
		}
		s.lengths[len(trimmed)] = true
	}
	s.tell(trimmed)
	for _, form := range slices.Compact([]string{trimmed, value}) {
		for _, text := range escapes(form) {
			s.pattern(text)
		}
		if latin := asLatin1(form); latin != form {
			for _, text := range escapes(latin) {
				s.pattern(text)
			}
		}
		s.addBase64(form)
	}
	s.addBase64Inside(trimmed)
	if !strings.ContainsAny(trimmed, "\r\n") {
		return
	}
	unix := strings.ReplaceAll(trimmed, "\r\n", "\n")
	s.pattern(unix)
	s.pattern(strings.ReplaceAll(unix, "\n", "\r\n"))
	for line := range strings.SplitSeq(unix, "\n") {
		line = strings.TrimSpace(line)
		armour := strings.HasPrefix(line, "-----") // of a PEM block; it says nothing
		if utf8.RuneCountInString(line) >= minLine && !armour {
			s.pattern(line)
		}
	}
}

// asLatin1 returns what a server makes of text that takes its bytes for ISO
// 8859-1, as many do with header fields (RFC 9110 section 5.5) and with the pair
// of HTTP Basic authentication.
func asLatin1(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		b.WriteRune(rune(text[i]))
	}
	return b.String()
}

// addBase64 registers what Base64 (RFC 4648) makes of text, in every alphabet.
func (s *Set) addBase64(text string) {
	var encoded []string
	for _, code := range base64Codes {
		encoded = append(encoded, code.EncodeToString([]byte(text)))
	}
	s.addEscaped(encoded)
}

// minInside is how many characters of Base64 must be those of a secret alone for it
// to be found inside of what was encoded with it.
const minInside = 6

// addBase64Inside registers what is left of text in the Base64 of any text that
// holds it: the characters that stand for bits of nothing else. They depend on where
// it starts in a group of three octets.
func (s *Set) addBase64Inside(text string) {
	var encoded []string
	for before := range 3 {
		octets := append(make([]byte, before, before+len(text)), text...)
		for _, code := range base64Codes[:2] {
			inside := code.EncodeToString(octets)[(8*before+5)/6 : 8*len(octets)/6]
			if len(inside) >= minInside {
				encoded = append(encoded, inside)
			}
		}
	}
	s.addEscaped(encoded)
}

// addEscaped registers texts in Base64; most need neither + nor /, and are the same in
// every alphabet.
func (s *Set) addEscaped(encoded []string) {
	for _, e := range slices.Compact(encoded) {
		for _, form := range escapes(e) {
			s.pattern(form)
		}
	}
}

// pattern registers a text to be replaced, unless it is as short as a mask:
// masking must make texts shorter.
func (s *Set) pattern(text string) {
	text = strings.TrimSpace(text)
	if len(text) <= len(Mask) || !insert(&s.patterns, text) {
		return
	}
	if s.shown {
		return
	}
	s.pending = append(s.pending, text)
	s.stale.Store(true)
}

// insert adds key to a set and reports whether it is new there.
func insert(set *map[string]bool, key string) bool {
	if (*set)[key] {
		return false
	}
	if *set == nil {
		*set = make(map[string]bool)
	}
	(*set)[key] = true
	return true
}

// current returns the matcher of all patterns. It is brought up to date here
// and not in Add, so that secrets that are added together cost one build.
func (s *Set) current() *matcher {
	if !s.stale.Load() {
		return s.matcher.Load()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stale.Load() {
		s.matcher.Store(s.matcher.Load().with(s.pending))
		s.pending = nil
		s.stale.Store(false)
	}
	return s.matcher.Load()
}

// Maskable reports whether Add masks a value: it is neither too short nor too
// common.
func Maskable(value string) bool { return !tooCommon(strings.TrimSpace(value)) }

// tooCommon reports whether masking value would hide more than the secret.
func tooCommon(value string) bool {
	if utf8.RuneCountInString(value) < minValue {
		return true
	}
	switch strings.ToLower(value) {
	case "true", "false", "null":
		return true
	}
	digits := 0
	for _, r := range value {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case !strings.ContainsRune("+-.", r):
			return false
		}
	}
	return digits < minValue
}

var base64Codes = [...]*base64.Encoding{
	base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding,
}
