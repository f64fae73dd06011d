package sandbox

import (
	"crypto/rand"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// cobuilder is Cobuilder (developer.cobuilder.com): a path that says OAuth 2,
// but a JSON body in camelCase and a token that is the whole answer, behind a
// gateway with error bodies of its own.
//
// Documented by the vendor: the token request, its three representations, and
// the ProblemDetails of 400 and 401; of the API the names of operations and the
// members of a list of templates, of a construction object and of a product.
// The pages leave the URLs of all other operations blank: their paths are the
// sandbox's, formed like that of the token, as is the life of a token, which
// nobody states. The gateway's bodies are those of Azure API Management.
type cobuilder struct {
	now          func() time.Time
	life         time.Duration
	clientID     string
	clientSecret string
	audience     string
	signingKey   []byte
	tokens       *tokens
	templates    []cobuilderTemplate

	mu       sync.Mutex
	products []cobuilderProduct
}

const cobuilderLife = time.Hour

const (
	cobuilderTemplates = "/templates-management/api/v2"
	cobuilderProducts  = "/products/api/v2"
)

type cobuilderTemplate struct {
	GUID        string `json:"guid"`
	VersionGUID string `json:"versionGuid"`
	DefaultName string `json:"defaultName"`
	Name        string `json:"name"`
}

type cobuilderProduct struct {
	ID           string `json:"id"`
	Country      string `json:"country"`
	Name         string `json:"name"`
	SPN          string `json:"spn,omitempty"`
	GTIN         string `json:"gtin,omitempty"`
	TemplateGUID string `json:"templateGuid"`
}

func newCobuilder(k kit) ([]*vendor, error) {
	c := &cobuilder{
		now:          k.now,
		life:         k.life(cobuilderLife),
		clientID:     newUUID(),
		clientSecret: randomText(30),
		audience:     "https://sandbox-" + strings.ToLower(rand.Text()[:6]) + ".example.com/api",
		signingKey:   []byte(rand.Text()),
		tokens:       newTokens(k.now),
	}
	c.fill()
	v := &vendor{
		name:    "cobuilder",
		baseURL: "COBUILDER_BASE_URL",
		environ: map[string]string{
			"COBUILDER_CLIENT_ID":     c.clientID,
			"COBUILDER_CLIENT_SECRET": c.clientSecret,
			"COBUILDER_AUDIENCE_URL":  c.audience,
		},
		refuse: func(w http.ResponseWriter, status int) {
			message := http.StatusText(status)
			if status == http.StatusNotFound {
				message = "Resource not found"
			}
			refuseGateway(w, status, message)
		},
	}
	v.handleToken("POST /authentication/api/v1/oauth2/token", c.token)
	v.handle("GET "+cobuilderTemplates+"/templates", c.protected(c.listTemplates))
	v.handle("GET "+cobuilderTemplates+"/templates/{guid}", c.protected(c.getTemplate))
	v.handle("GET "+cobuilderTemplates+"/templates/versions/{guid}/construction-object", c.protected(c.getConstructionObject))
	v.handle("GET "+cobuilderProducts+"/products", c.protected(c.searchProducts))
	v.handle("POST "+cobuilderProducts+"/products", c.protected(c.createProduct))
	v.handle("GET "+cobuilderProducts+"/products/{id}", c.protected(c.getProduct))
	v.handle("PUT "+cobuilderProducts+"/products/{id}", c.protected(c.changeProduct))
	return []*vendor{v}, nil
}

// refuseCobuilder answers with ProblemDetails (RFC 9457), with all the members
// of the vendor's schema.
func refuseCobuilder(w http.ResponseWriter, r *http.Request, status int, detail string) {
	writeAs(w, "application/problem+json; charset=utf-8", status, map[string]any{
		"type":       "about:blank",
		"title":      http.StatusText(status),
		"status":     status,
		"detail":     detail,
		"instance":   r.URL.Path,
		"extensions": map[string]string{"traceId": newUUID()},
	})
}

// refuseGateway answers as the gateway does that stands before the API.
func refuseGateway(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"statusCode": status, "message": message})
}

func (c *cobuilder) token(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json") // which the vendor calls optional
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		refuseCobuilder(w, r, http.StatusUnsupportedMediaType, "expected application/json")
		return
	}
	body, err := readObject(r, "clientId", "clientSecret", "audienceUrl")
	if err != nil {
		refuseCobuilder(w, r, http.StatusBadRequest, err.Error())
		return
	}
	for _, name := range []string{"clientId", "clientSecret"} {
		if text, _ := body[name].(string); text == "" {
			refuseCobuilder(w, r, http.StatusBadRequest, "The field "+name+" is required.")
			return
		}
	}
	audience, given := body["audienceUrl"] // the schema requires no member
	if given && !isAbsoluteURI(audience) {
		refuseCobuilder(w, r, http.StatusBadRequest, "The field audienceUrl is not a valid URI.")
		return
	}
	if body["clientId"] != c.clientID || body["clientSecret"] != c.clientSecret || given && audience != c.audience {
		refuseCobuilder(w, r, http.StatusUnauthorized, "Invalid client credentials.")
		return
	}
	c.grant(w, r)
}

func isAbsoluteURI(value any) bool {
	text, _ := value.(string)
	u, err := url.Parse(text)
	return err == nil && u.IsAbs()
}

// grant answers with the token as JSON text if the client prefers that, else as
// plain text: what ASP.NET does with a text, and what the vendor's three
// representations point to.
func (c *cobuilder) grant(w http.ResponseWriter, r *http.Request) {
	now := c.now()
	expires := now.Add(c.life)
	token, err := newJWT(c.signingKey, map[string]any{
		"sub": c.clientID, "aud": c.audience, "iat": now.Unix(), "exp": expires.Unix(), "jti": rand.Text(),
	})
	if err != nil {
		refuseCobuilder(w, r, http.StatusInternalServerError, "the token cannot be made")
		return
	}
	c.tokens.add(token, expires)
	switch kind := preferred(r.Header.Values("Accept"), "text/plain", "application/json", "text/json"); kind {
	case "text/plain":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(token)) // the client has gone away; there is nobody to tell
	default:
		writeAs(w, kind+"; charset=utf-8", http.StatusOK, token)
	}
}

// preferred returns the one of the offered media types that Accept fields (RFC
// 9110 section 12.5.1) give the greatest weight; the first of those of equal
// weight in the order in which the client names them, and the first offered if
// it accepts none. Of ranges it knows */* alone.
func preferred(accept []string, offered ...string) string {
	best, weight := offered[0], 0.0
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		mediaType, parameters, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		q := 1.0
		if text, ok := parameters["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		if mediaType == "*/*" {
			mediaType = offered[0]
		}
		if slices.Contains(offered, mediaType) && q > weight {
			best, weight = mediaType, q
		}
	}
	return best
}

// protected lets a request pass that carries a valid token. It is the gateway
// that refuses others.
func (c *cobuilder) protected(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if token, ok := bearer(r); !ok || !c.tokens.valid(token) {
			challengeBearer(w)
			refuseGateway(w, http.StatusUnauthorized, "Unauthorized. Access token is missing or invalid.")
			return
		}
		h(w, r)
	}
}

// listTemplates takes offset and limit; culture is accepted, and changes
// nothing.
func (c *cobuilder) listTemplates(w http.ResponseWriter, r *http.Request) {
	writeCobuilderList(w, r, c.templates)
}

// writeCobuilderList answers with the items from offset on, limit of them.
func writeCobuilderList[T any](w http.ResponseWriter, r *http.Request, items []T) {
	query := r.URL.Query()
	skip, err := intParameter(query, "offset", 0, 0)
	take := defaultPageSize
	if err == nil {
		take, err = intParameter(query, "limit", take, 1)
	}
	if err != nil {
		refuseCobuilder(w, r, http.StatusBadRequest, err.Error())
		return
	}
	found := append([]T{}, items[min(skip, len(items)):]...)
	found = found[:min(take, len(found))]
	at := func(offset int) any { // null where there is no such page
		if offset < 0 || offset >= len(items) {
			return nil
		}
		return fmt.Sprintf("%s?offset=%d&limit=%d", r.URL.Path, offset, take)
	}
	previous := -1
	if skip > 0 {
		previous = max(skip-take, 0)
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"results": found,
		"pagination": map[string]any{
			"total": len(items), "take": take, "skip": skip, "returned": len(found),
			"next": at(skip + len(found)), "prev": at(previous),
		},
	})
}

func (c *cobuilder) getTemplate(w http.ResponseWriter, r *http.Request) {
	for _, t := range c.templates {
		if t.GUID == r.PathValue("guid") {
			writeJSON(w, http.StatusOK, t)
			return
		}
	}
	refuseCobuilder(w, r, http.StatusNotFound, "There is no such template.")
}

func (c *cobuilder) getConstructionObject(w http.ResponseWriter, r *http.Request) {
	for _, t := range c.templates {
		if t.VersionGUID == r.PathValue("guid") {
			name := strings.TrimSuffix(t.DefaultName, " template")
			writeJSON(w, http.StatusOK, map[string]string{
				"conceptGuid": t.GUID, "versionGuid": t.VersionGUID, "defaultName": name, "name": name,
			})
			return
		}
	}
	refuseCobuilder(w, r, http.StatusNotFound, "There is no such version of a template.")
}

// searchProducts takes name, which is part of the name, offset and limit.
func (c *cobuilder) searchProducts(w http.ResponseWriter, r *http.Request) {
	name := strings.ToLower(r.URL.Query().Get("name"))
	c.mu.Lock()
	found := slices.Clone(c.products)
	c.mu.Unlock()
	writeCobuilderList(w, r, slices.DeleteFunc(found, func(p cobuilderProduct) bool {
		return !strings.Contains(strings.ToLower(p.Name), name)
	}))
}

func (c *cobuilder) createProduct(w http.ResponseWriter, r *http.Request) {
	product, err := c.readProduct(r)
	if err != nil {
		refuseCobuilder(w, r, http.StatusBadRequest, err.Error())
		return
	}
	product.ID = newUUID()
	c.mu.Lock()
	c.products = append(c.products, product)
	c.mu.Unlock()
	writeJSON(w, http.StatusCreated, product)
}

func (c *cobuilder) getProduct(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	i := c.productIndex(r.PathValue("id"))
	var product cobuilderProduct
	if i >= 0 {
		product = c.products[i]
	}
	c.mu.Unlock()
	if i < 0 {
		refuseCobuilder(w, r, http.StatusNotFound, "There is no such product.")
		return
	}
	writeJSON(w, http.StatusOK, product)
}

// changeProduct replaces what was written of a product, all of it.
func (c *cobuilder) changeProduct(w http.ResponseWriter, r *http.Request) {
	product, err := c.readProduct(r)
	if err != nil {
		refuseCobuilder(w, r, http.StatusBadRequest, err.Error())
		return
	}
	product.ID = r.PathValue("id")
	c.mu.Lock()
	i := c.productIndex(product.ID)
	if i >= 0 {
		c.products[i] = product
	}
	c.mu.Unlock()
	if i < 0 {
		refuseCobuilder(w, r, http.StatusNotFound, "There is no such product.")
		return
	}
	writeJSON(w, http.StatusOK, product)
}

// productIndex returns the place of a product, or -1. The caller holds c.mu.
func (c *cobuilder) productIndex(id string) int {
	return slices.IndexFunc(c.products, func(p cobuilderProduct) bool { return p.ID == id })
}

// readProduct reads the documented fields of which the sandbox makes use.
func (c *cobuilder) readProduct(r *http.Request) (p cobuilderProduct, err error) {
	body, err := readObject(r, "country", "name", "spn", "gtin", "templateGuid")
	if err != nil {
		return p, err
	}
	for _, field := range []struct {
		name     string
		into     *string
		required bool
	}{
		{"country", &p.Country, true},
		{"name", &p.Name, true},
		{"spn", &p.SPN, false},
		{"gtin", &p.GTIN, false},
		{"templateGuid", &p.TemplateGUID, true},
	} {
		value, present := body[field.name]
		text, isText := value.(string)
		if present && !isText || field.required && text == "" {
			return p, fmt.Errorf("field %s must be text", field.name)
		}
		*field.into = text
	}
	if !slices.ContainsFunc(c.templates, func(t cobuilderTemplate) bool { return t.GUID == p.TemplateGUID }) {
		return p, errors.New("templateGuid names no template")
	}
	return p, nil
}

// fill makes more than one page of templates, and some products.
func (c *cobuilder) fill() {
	for n := range 26 {
		name := fmt.Sprintf("%s %02d template", []string{"Door", "Window", "Insulation board"}[n%3], n+1)
		c.templates = append(c.templates, cobuilderTemplate{GUID: newUUID(), VersionGUID: newUUID(), DefaultName: name, Name: name})
	}
	for n := range 5 {
		c.products = append(c.products, cobuilderProduct{
			ID: newUUID(), Country: "NO", Name: fmt.Sprintf("Product %02d", n+1), SPN: fmt.Sprintf("SPN-%d", 100+n), TemplateGUID: c.templates[n].GUID,
		})
	}
}
