package sandbox

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// comodoOne is Comodo One (developer.comodo.com, now ITarian): HTTP Basic with
// the client's credentials, a TLS client certificate whose serial number is
// registered, the resource owner's password for a login and a refresh token
// that works once for a renewal.
//
// Documented by the vendor: POST /auth/login with its messages, POST
// /auth/renew, and POST /company with its fields. The answer of a login is not
// published and is that of a renewal here; error bodies are {"message"}. The
// vendor states three ways to send the access token, of which both that can be
// meant work here (see authorised). What is marked below is the sandbox's.
type comodoOne struct {
	now                         func() time.Time
	accessLife, refreshLife     time.Duration
	clientID, clientSecret      string
	username, password          string
	serial                      *big.Int // of the registered client certificate
	signingKey                  []byte
	accessTokens, refreshTokens *tokens

	mu        sync.Mutex
	companies []c1Company
}

const (
	c1AccessLife  = time.Hour
	c1RefreshLife = 7 * 24 * time.Hour
)

// c1Company is a company with what its creator wrote.
type c1Company struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Email       string `json:"contactEmail"`
	Address     string `json:"address,omitempty"`
	PostalCode  string `json:"postalCode,omitempty"`
	AdminIDs    []any  `json:"authenticatedAdminIds"`
}

func newComodoOne(k kit) ([]*vendor, error) {
	certificate, key, serial, err := k.authority.client("Comodo One sandbox client")
	if err != nil {
		return nil, err
	}
	access := k.life(c1AccessLife)
	c := &comodoOne{
		now:           k.now,
		accessLife:    access,
		refreshLife:   access * (c1RefreshLife / c1AccessLife),
		clientID:      rand.Text(),
		clientSecret:  randomText(48),
		username:      "owner-" + randomText(6) + "@example.com",
		password:      randomText(18) + `"$&`, // characters that JSON, shells and .env files treat specially
		serial:        serial,
		signingKey:    []byte(rand.Text()),
		accessTokens:  newTokens(k.now),
		refreshTokens: newTokens(k.now),
	}
	c.fill()
	v := &vendor{
		name:    "comodo-one",
		baseURL: "C1_BASE_URL",
		environ: map[string]string{
			"C1_CLIENT_ID":     c.clientID,
			"C1_CLIENT_SECRET": c.clientSecret,
			"C1_USERNAME":      c.username,
			"C1_PASSWORD":      c.password,
			"C1_CLIENT_CERT":   certificate,
			"C1_CLIENT_KEY":    key,
		},
		clientCertificates: true,
		refuse: func(w http.ResponseWriter, status int) {
			refuseC1(w, status, http.StatusText(status))
		},
	}
	v.handleToken("POST /auth/login", c.client(c.login))
	v.handleToken("POST /auth/renew", c.client(c.renew))
	v.handle("POST /company", c.protected(c.createCompany))
	v.handle("GET /company", c.protected(c.listCompanies))      // sandbox only
	v.handle("GET /company/{id}", c.protected(c.getCompany))    // sandbox only
	v.handle("PUT /company/{id}", c.protected(c.changeCompany)) // sandbox only
	return []*vendor{v}, nil
}

const c1Invalid = "Invalid request"

func refuseC1(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"message": message})
}

// isClient reports whether the request carries the client's credentials.
func (c *comodoOne) isClient(r *http.Request) bool {
	id, secret, ok := r.BasicAuth()
	return ok && id == c.clientID && secret == c.clientSecret
}

// client lets a request to the authentication service pass that carries the
// client's credentials and its certificate. The listener has verified the
// certificate's chain; the serial number is compared here, as the vendor does.
func (c *comodoOne) client(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !c.isClient(r):
			w.Header().Set("WWW-Authenticate", `Basic realm="Client API", charset="UTF-8"`)
			refuseC1(w, http.StatusUnauthorized, "Not authorized")
		case len(r.TLS.PeerCertificates) == 0:
			refuseC1(w, http.StatusBadRequest, "Certificate is not verified")
		case r.TLS.PeerCertificates[0].SerialNumber.Cmp(c.serial) != 0:
			refuseC1(w, http.StatusBadRequest, "Serial number is not match")
		default:
			h(w, r)
		}
	}
}

func (c *comodoOne) login(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "username", "password")
	switch {
	case err != nil:
		refuseC1(w, http.StatusBadRequest, c1Invalid)
	case body["username"] == nil || body["password"] == nil:
		refuseC1(w, http.StatusBadRequest, "Login parameters cannot be null")
	case body["username"] != c.username || body["password"] != c.password:
		refuseC1(w, http.StatusBadRequest, "Username or passsword is incorrect") // spelt as the vendor does
	default:
		c.grant(w)
	}
}

func (c *comodoOne) renew(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "refreshToken")
	if token, ok := body["refreshToken"].(string); err != nil || !ok || !c.refreshTokens.take(token) {
		refuseC1(w, http.StatusBadRequest, c1Invalid)
		return
	}
	c.grant(w)
}

// grant answers with a new pair of tokens. The timestamps are UNIX times in
// seconds, never later than the instant at which the server stops accepting
// the token.
func (c *comodoOne) grant(w http.ResponseWriter) {
	now := c.now()
	accessExpires, refreshExpires := now.Add(c.accessLife), now.Add(c.refreshLife)
	access, err := newJWT(c.signingKey, map[string]any{
		"sub": c.username, "iat": now.Unix(), "exp": accessExpires.Unix(), "jti": rand.Text(),
	})
	if err != nil {
		refuseC1(w, http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError))
		return
	}
	refresh := randomText(48)
	c.accessTokens.add(access, accessExpires)
	c.refreshTokens.add(refresh, refreshExpires)
	writeJSON(w, http.StatusOK, map[string]any{
		"tokenType":             "bearer",
		"accessToken":           access,
		"refreshToken":          refresh,
		"accessTokenExpiresAt":  accessExpires.Unix(),
		"refreshTokenExpiresAt": refreshExpires.Unix(),
	})
}

// authorised reports whether the request carries a valid access token: as
// Authorization: Bearer, or as c1_access_token beside the client's credentials
// in Authorization: Basic. The vendor's pages ask for both fields at once.
func (c *comodoOne) authorised(r *http.Request) bool {
	if token := r.Header.Get("c1_access_token"); token != "" {
		return c.isClient(r) && c.accessTokens.valid(token)
	}
	token, ok := bearer(r)
	return ok && c.accessTokens.valid(token)
}

func (c *comodoOne) protected(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !c.authorised(r) {
			challengeBearer(w)
			refuseC1(w, http.StatusUnauthorized, "Not authorized")
			return
		}
		h(w, r)
	}
}

func (c *comodoOne) createCompany(w http.ResponseWriter, r *http.Request) {
	company, ok := readC1Company(r)
	if !ok {
		refuseC1(w, http.StatusBadRequest, c1Invalid)
		return
	}
	c.mu.Lock()
	company = c.add(company)
	c.mu.Unlock()
	writeC1Company(w, "Company created", company)
}

// listCompanies takes page, pageSize and name, which must be the whole name.
func (c *comodoOne) listCompanies(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	c.mu.Lock()
	all := slices.Clone(c.companies)
	c.mu.Unlock()
	if query.Has("name") {
		all = slices.DeleteFunc(all, func(company c1Company) bool { return company.Name != query.Get("name") })
	}
	page, err := pageOf(all, query)
	if err != nil {
		refuseC1(w, http.StatusBadRequest, c1Invalid)
		return
	}
	writeC1(w, "Companies found", map[string]any{"items": page, "total": len(all)})
}

func (c *comodoOne) getCompany(w http.ResponseWriter, r *http.Request) {
	company, ok := c.company(r.PathValue("id"))
	if !ok {
		refuseC1(w, http.StatusNotFound, "Company not found")
		return
	}
	writeC1Company(w, "Company found", company)
}

// changeCompany replaces what was written of a company, all of it.
func (c *comodoOne) changeCompany(w http.ResponseWriter, r *http.Request) {
	company, ok := readC1Company(r)
	if !ok {
		refuseC1(w, http.StatusBadRequest, c1Invalid)
		return
	}
	company.ID = r.PathValue("id")
	if !c.replace(company) {
		refuseC1(w, http.StatusNotFound, "Company not found")
		return
	}
	writeC1Company(w, "Company changed", company)
}

// readC1Company reads the documented fields; address and postalCode may be
// missing. It reports false for anything else.
func readC1Company(r *http.Request) (c1Company, bool) {
	body, err := readObject(r, "name", "description", "contactEmail", "address", "postalCode", "authenticatedAdminIds")
	if err != nil {
		return c1Company{}, false
	}
	var company c1Company
	for _, field := range []struct {
		name     string
		into     *string
		required bool
	}{
		{"name", &company.Name, true},
		{"description", &company.Description, true},
		{"contactEmail", &company.Email, true},
		{"address", &company.Address, false},
		{"postalCode", &company.PostalCode, false},
	} {
		value, present := body[field.name]
		text, isText := value.(string)
		if present && !isText || field.required && text == "" {
			return c1Company{}, false
		}
		*field.into = text
	}
	ids, ok := body["authenticatedAdminIds"].([]any)
	company.AdminIDs = ids
	return company, ok && len(ids) > 0
}

// company returns a copy of the company.
func (c *comodoOne) company(id string) (c1Company, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.index(id)
	if i < 0 {
		return c1Company{}, false
	}
	return c.companies[i], true
}

// replace reports whether there was a company of the same id to replace.
func (c *comodoOne) replace(company c1Company) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.index(company.ID)
	if i >= 0 {
		c.companies[i] = company
	}
	return i >= 0
}

// index returns the place of a company, or -1. The caller holds c.mu.
func (c *comodoOne) index(id string) int {
	return slices.IndexFunc(c.companies, func(company c1Company) bool { return company.ID == id })
}

// add stores a new company under a new id. The caller holds c.mu, or is alone.
func (c *comodoOne) add(company c1Company) c1Company {
	company.ID = strconv.Itoa(7001 + len(c.companies))
	c.companies = append(c.companies, company)
	return company
}

// writeC1Company answers with one company in the shape of POST /company. The
// vendor's table types every member as a string, even data, which has members
// of its own; entry, "company entry json value", is read the same way.
func writeC1Company(w http.ResponseWriter, message string, company c1Company) {
	writeC1(w, message, map[string]any{
		"parentId":    "7000",
		"entry":       company,
		"displayName": company.Name,
		"types":       "company",
	})
}

func writeC1(w http.ResponseWriter, message string, data map[string]any) {
	writeJSON(w, http.StatusOK, map[string]any{
		"status": "success", "code": strconv.Itoa(http.StatusOK), "message": message, "data": data,
	})
}

// fill makes more than one page of companies.
func (c *comodoOne) fill() {
	for i := range 23 {
		c.add(c1Company{
			Name:        fmt.Sprintf("Customer %02d", i+1),
			Description: "Managed customer",
			Email:       fmt.Sprintf("it%02d@example.com", i+1),
			AdminIDs:    []any{"1001"},
		})
	}
}
