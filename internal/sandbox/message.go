package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// writeJSON answers with v as JSON.
func writeJSON(w http.ResponseWriter, status int, v any) {
	writeAs(w, "application/json", status, v)
}

// writeAs answers with v as JSON of another media type.
func writeAs(w http.ResponseWriter, contentType string, status int, v any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has gone away; there is nobody to tell
}

// readObject reads the request body, which must be one JSON object of the
// media type application/json, with no members but the allowed ones.
func readObject(r *http.Request, allowed ...string) (map[string]any, error) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return nil, fmt.Errorf("Content-Type is %q, expected application/json", r.Header.Get("Content-Type"))
	}
	decoder := json.NewDecoder(r.Body)
	var object map[string]any
	if err := decoder.Decode(&object); err != nil || object == nil {
		return nil, errors.New("body is not a JSON object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("body goes on after the JSON object")
	}
	for name := range object {
		if !slices.Contains(allowed, name) {
			return nil, fmt.Errorf("unknown field %q", name)
		}
	}
	return object, nil
}

// readForm reads the request body, which must be a form, and nothing but it. It
// returns a status of 400 or above if it is not.
func readForm(r *http.Request) (form url.Values, status int) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, http.StatusUnsupportedMediaType
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge
	}
	if form, err = url.ParseQuery(string(text)); err != nil {
		return nil, http.StatusBadRequest
	}
	return form, 0
}

// bearer returns the token of an Authorization field of the scheme Bearer
// (RFC 6750 §2.1).
func bearer(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

// challengeBearer names what a protected endpoint wants (RFC 6750 §3).
func challengeBearer(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
}

// newUUID returns a random UUID (RFC 9562 section 5.4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// sortedNames returns the names of the members of an object, in an order that
// does not change from one request to the next.
func sortedNames(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }

// defaultPageSize is how many items a list has if the client does not say.
const defaultPageSize = 20

// pageOf returns the page of items that the parameters page (from 0) and
// pageSize ask for. A page past the end is empty, never nil.
func pageOf[T any](items []T, query url.Values) ([]T, error) {
	number, err := intParameter(query, "page", 0, 0)
	if err != nil {
		return nil, err
	}
	size, err := intParameter(query, "pageSize", defaultPageSize, 1)
	if err != nil {
		return nil, err
	}
	return pageAt(items, number, size), nil
}

// pageAt returns the page of that number, from 0. A page past the end is empty,
// never nil.
func pageAt[T any](items []T, number, size int) []T {
	if number > len(items)/size {
		return []T{}
	}
	rest := items[number*size:]
	return rest[:min(size, len(rest))]
}

// intParameter reads a query parameter that is an integer of at least least.
func intParameter(query url.Values, name string, fallback, least int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return 0, fmt.Errorf("%s is %q, expected an integer of at least %d", name, text, least)
	}
	return n, nil
}
