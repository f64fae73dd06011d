package tokenstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// version is that of the files. A file of another version is not read.
const version = 1

// maxLife is the longest life of a token that is believed.
const maxLife = 400 * 24 * time.Hour

// maxFile is the size of the largest file that is read, in bytes: three tokens of
// 64 KiB, sealed, with room to spare.
const maxFile = 512 << 10

// content is a file. In a sealed one, Sealed is the rest.
type content struct {
	Version int    `json:"v"`
	Sealed  []byte `json:"sealed,omitempty"` // nonce and ciphertext of the content in clear text

	Name         string    `json:"key,omitempty"` // of the file: a record is of no use under another
	Provider     string    `json:"provider,omitempty"`
	Account      string    `json:"account,omitempty"`
	Token        string    `json:"token,omitempty"`
	Issued       time.Time `json:"issued_at,omitzero"`
	Expires      time.Time `json:"expires_at,omitzero"`
	Source       string    `json:"expiry_source,omitempty"`
	Refresh      string    `json:"refresh,omitempty"`
	RefreshUntil time.Time `json:"refresh_expires_at,omitzero"`
	IDToken      string    `json:"id_token,omitempty"`
}

var (
	// errCorrupt says that a file holds no record. It is never told more
	// precisely: the file holds tokens.
	errCorrupt = errors.New("not a record of this version")

	// errOther says that a record is kept in another way than the store does:
	// sealed, or in clear text.
	errOther = errors.New("kept in another way")
)

// encode writes a record as the file called name; with a sealer, sealed.
func encode(name string, r *Record, s *sealer) ([]byte, error) {
	c := content{
		Version: version, Name: name, Provider: r.Provider, Account: r.Account,
		Token: r.Token, Issued: r.Issued.Round(0).UTC(), Expires: r.Issued.Add(r.Life).Round(0).UTC(), Source: r.Source,
		Refresh: r.Refresh, RefreshUntil: r.RefreshUntil.Round(0).UTC(), IDToken: r.IDToken,
	}
	text, err := json.Marshal(&c)
	if err != nil || s == nil {
		return text, err
	}
	return json.Marshal(&content{Version: version, Sealed: s.seal(name, text)})
}

// decode reads the file called name. The error is errCorrupt or errOther.
func decode(name string, text []byte, s *sealer) (*Record, error) {
	c, err := parse(text)
	if err != nil {
		return nil, err
	}
	if (s != nil) != (c.Sealed != nil) {
		return nil, errOther
	}
	if s != nil {
		if text, err = s.open(name, c.Sealed); err != nil {
			return nil, err
		}
		if c, err = parse(text); err != nil {
			return nil, err
		}
	}
	return c.record(name)
}

// ended reports whether neither the token nor its refresh token can be of use to
// anybody, whose clock may be wrong by hours.
func (r *Record) ended(now time.Time) bool {
	last := r.Issued.Add(r.Life)
	if r.Refresh != "" {
		until := r.RefreshUntil
		if until.IsZero() {
			until = r.Issued.Add(maxLife)
		}
		if until.After(last) {
			last = until
		}
	}
	return now.Sub(last) > 24*time.Hour
}

// parse reads the JSON of a file and nothing else.
func parse(text []byte) (*content, error) {
	var c content
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, errCorrupt
	}
	if _, err := d.Token(); err != io.EOF || c.Version != version {
		return nil, errCorrupt
	}
	return &c, nil
}

// record returns what the file called name holds.
func (c *content) record(name string) (*Record, error) {
	life := c.Expires.Sub(c.Issued)
	if c.Name != name || c.Sealed != nil || c.Token == "" && c.Refresh == "" || c.Issued.IsZero() || life <= 0 || life > maxLife {
		return nil, errCorrupt
	}
	return &Record{
		Provider: c.Provider, Account: c.Account,
		Token: c.Token, Issued: c.Issued, Life: life, Source: c.Source,
		Refresh: c.Refresh, RefreshUntil: c.RefreshUntil, IDToken: c.IDToken,
	}, nil
}
