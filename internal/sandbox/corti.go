package sandbox

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// corti is Corti (docs.corti.ai): client credentials as a form at the realm of a
// Keycloak server, which is a host of its own, no refresh, and a Tenant-Name
// field on every call of the API.
//
// Documented by the vendor: the token request and its answer, the errors
// invalid_client and unauthorized_client, the empty body of a 401 with its
// WWW-Authenticate field, the members of an error body, the paths, parameters
// and members of interactions, facts and templates, and that paths are written
// with and without a slash at the end. What a change of an interaction answers,
// and what is marked below, is the sandbox's. The other errors of the token
// endpoint are Keycloak's.
type corti struct {
	now          func() time.Time
	life         time.Duration
	clientID     string
	clientSecret string
	tenant       string
	signingKey   []byte
	tokens       *tokens

	facts     map[string][]cortiFact // by the id of the interaction
	templates []cortiTemplate

	mu           sync.Mutex
	interactions []cortiInteraction
}

const cortiLife = 5 * time.Minute

type cortiInteraction struct {
	ID             string         `json:"id"`
	AssignedUserID string         `json:"assignedUserId"`
	Encounter      cortiEncounter `json:"encounter"`
	Patient        cortiPatient   `json:"patient"`
	CreatedAt      time.Time      `json:"createdAt"`
	UpdatedAt      time.Time      `json:"updatedAt"`
	WebsocketURL   string         `json:"websocketUrl"`
}

type cortiEncounter struct {
	Identifier string      `json:"identifier"`
	Status     string      `json:"status"`
	Type       string      `json:"type"`
	Period     cortiPeriod `json:"period"`
	Title      string      `json:"title"`
}

type cortiPeriod struct {
	StartedAt time.Time `json:"startedAt"`
}

type cortiPatient struct {
	Identifier string `json:"identifier"`
}

type cortiFact struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	Group       string `json:"group"`
	Source      string `json:"source"`
	IsDiscarded bool   `json:"isDiscarded"`
}

type cortiTemplate struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Lang   string `json:"lang"`
	Status string `json:"status"`
}

var (
	cortiStatuses = []string{"planned", "in-progress", "on-hold", "completed", "cancelled", "deleted"}
	cortiTypes    = []string{"first_consultation", "consultation", "emergency", "inpatient", "outpatient"}
)

func newCorti(k kit) ([]*vendor, error) {
	c := &corti{
		now:          k.now,
		life:         k.life(cortiLife),
		clientID:     "client-" + randomText(6),
		clientSecret: randomText(24) + "+&= %", // characters that a form escapes
		tenant:       "sandbox-" + strings.ToLower(rand.Text()[:6]),
		signingKey:   []byte(rand.Text()),
		tokens:       newTokens(k.now),
		facts:        make(map[string][]cortiFact),
	}
	c.fill()
	environ := map[string]string{
		"CORTI_CLIENT_ID":     c.clientID,
		"CORTI_CLIENT_SECRET": c.clientSecret,
		"CORTI_TENANT":        c.tenant,
		"CORTI_ENVIRONMENT":   "",
		"CORTI_SCOPE":         "",
	}
	login := &vendor{
		name: "corti", baseURL: "CORTI_AUTH_URL", environ: environ,
		refuse: func(w http.ResponseWriter, status int) {
			writeJSON(w, status, map[string]string{"error": fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))})
		},
	}
	login.handleToken("POST /realms/{tenant}/protocol/openid-connect/token", c.token)

	api := &vendor{
		name: "corti", baseURL: "CORTI_BASE_URL", environ: environ,
		refuse: func(w http.ResponseWriter, status int) { refuseCorti(w, status, http.StatusText(status)) },
	}
	for _, end := range []string{"", "/{$}"} { // the vendor's pages write both
		api.handle("GET /v2/interactions"+end, c.protected(c.listInteractions))
		api.handle("POST /v2/interactions"+end, c.protected(c.createInteraction))
		api.handle("GET /v2/interactions/{id}/facts"+end, c.protected(c.listFacts))
		api.handle("GET /v2/templates"+end, c.protected(c.listTemplates))
	}
	api.handle("GET /v2/interactions/{id}", c.protected(c.getInteraction))
	api.handle("PATCH /v2/interactions/{id}", c.protected(c.changeInteraction)) // sandbox only
	api.handle("GET /v2/templates/{key}", c.protected(c.getTemplate))
	return []*vendor{login, api}, nil
}

// refuseCorti answers with the API's error body. The names of the types are the
// sandbox's.
func refuseCorti(w http.ResponseWriter, status int, detail string, errors ...map[string]string) {
	if errors == nil {
		errors = []map[string]string{}
	}
	kind := strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
	writeJSON(w, status, map[string]any{
		"requestid": newUUID(), "status": status, "type": kind, "detail": detail, "validationErrors": errors,
	})
}

// token answers as Keycloak does, in the order in which it looks at a request.
func (c *corti) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code, description string) {
		writeJSON(w, status, map[string]string{"error": code, "error_description": description})
	}
	if r.PathValue("tenant") != c.tenant {
		writeJSON(w, http.StatusNotFound, map[string]string{"error": "Realm does not exist"})
		return
	}
	form, status := readForm(r)
	if status != 0 {
		writeJSON(w, status, map[string]string{"error": fmt.Sprintf("HTTP %d %s", status, http.StatusText(status))})
		return
	}
	for _, values := range form {
		if len(values) > 1 {
			refuse(http.StatusBadRequest, "invalid_request", "duplicated parameter")
			return
		}
	}
	const badClient = "Invalid client or Invalid client credentials"
	scope, unknown := cortiScope(form.Get("scope"))
	switch {
	case form.Get("grant_type") == "":
		refuse(http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type")
	case form.Get("client_id") != c.clientID:
		refuse(http.StatusUnauthorized, "invalid_client", badClient)
	case form.Get("client_secret") != c.clientSecret:
		refuse(http.StatusUnauthorized, "unauthorized_client", badClient)
	case form.Get("grant_type") != "client_credentials":
		refuse(http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type")
	case unknown:
		refuse(http.StatusBadRequest, "invalid_scope", "Invalid scopes: "+form.Get("scope"))
	default:
		c.grant(w, scope)
	}
}

// cortiScope returns the scopes that are granted for those that are asked for:
// email and profile always, openid if it is among them, as in the vendor's
// samples.
func cortiScope(asked string) (granted string, unknown bool) {
	granted = "email profile"
	for _, scope := range strings.Fields(asked) {
		switch scope {
		case "openid":
			granted = "openid email profile"
		case "email", "profile":
		default:
			return "", true
		}
	}
	return granted, false
}

func (c *corti) grant(w http.ResponseWriter, scope string) {
	now := c.now()
	expires := now.Add(c.life)
	claims := map[string]any{
		"azp": c.clientID, "sub": c.clientID, "scope": scope,
		"iat": now.Unix(), "exp": expires.Unix(), "jti": rand.Text(),
	}
	access, err := newJWT(c.signingKey, claims)
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "unknown_error"})
		return
	}
	c.tokens.add(access, expires)
	answer := map[string]any{
		"access_token":       access,
		"expires_in":         int64(c.life / time.Second),
		"refresh_expires_in": 0,
		"token_type":         "Bearer",
		"not-before-policy":  0,
		"scope":              scope,
	}
	if strings.HasPrefix(scope, "openid ") {
		claims["typ"] = "ID"
		id, err := newJWT(c.signingKey, claims)
		if err != nil {
			writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "unknown_error"})
			return
		}
		answer["id_token"] = id
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, answer)
}

// protected lets a request pass that carries a valid token and the tenant. A
// 401 has no body: the reason stands in WWW-Authenticate.
func (c *corti) protected(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer(r)
		switch {
		case !ok:
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(http.StatusUnauthorized)
		case !c.tokens.valid(token):
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="The token is unknown or has expired"`)
			w.WriteHeader(http.StatusUnauthorized)
		case r.Header.Get("Tenant-Name") == "":
			refuseCorti(w, http.StatusBadRequest, "a header field is missing", cortiInvalid("Tenant-Name", "is required"))
		case r.Header.Get("Tenant-Name") != c.tenant:
			refuseCorti(w, http.StatusForbidden, "the client does not belong to this tenant")
		default:
			h(w, r)
		}
	}
}

func cortiInvalid(name, why string) map[string]string {
	return map[string]string{"field": name, "message": why}
}

// listInteractions takes sort, direction, pageSize, index (from 1),
// encounterStatus and patient. The values of sort are the sandbox's.
func (c *corti) listInteractions(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	index, size, bad := cortiPage(query)
	switch status := query.Get("encounterStatus"); {
	case bad != nil:
	case status != "" && !slices.Contains(cortiStatuses, status):
		bad = cortiInvalid("encounterStatus", "is none of "+strings.Join(cortiStatuses, ", "))
	case !slices.Contains([]string{"", "createdAt", "updatedAt"}, query.Get("sort")):
		bad = cortiInvalid("sort", "is neither createdAt nor updatedAt")
	case !slices.Contains([]string{"", "asc", "desc"}, query.Get("direction")):
		bad = cortiInvalid("direction", "is neither asc nor desc")
	}
	if bad != nil {
		refuseCorti(w, http.StatusBadRequest, "a parameter is not valid", bad)
		return
	}
	c.mu.Lock()
	found := slices.Clone(c.interactions)
	c.mu.Unlock()
	found = slices.DeleteFunc(found, func(i cortiInteraction) bool {
		return query.Has("encounterStatus") && i.Encounter.Status != query.Get("encounterStatus") ||
			query.Has("patient") && i.Patient.Identifier != query.Get("patient")
	})
	slices.SortStableFunc(found, func(a, b cortiInteraction) int {
		if query.Get("sort") == "updatedAt" {
			return a.UpdatedAt.Compare(b.UpdatedAt)
		}
		return a.CreatedAt.Compare(b.CreatedAt)
	})
	if query.Get("direction") != "asc" {
		slices.Reverse(found)
	}
	writeJSON(w, http.StatusOK, map[string]any{"interactions": pageAt(found, index-1, size)})
}

func cortiPage(query url.Values) (index, size int, bad map[string]string) {
	index, err := intParameter(query, "index", 1, 1)
	if err != nil {
		return 0, 0, cortiInvalid("index", err.Error())
	}
	if size, err = intParameter(query, "pageSize", 10, 1); err != nil {
		return 0, 0, cortiInvalid("pageSize", err.Error())
	}
	return index, size, nil
}

// createInteraction takes the encounter with identifier, status and type, and
// perhaps its title, a user and a patient.
func (c *corti) createInteraction(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "assignedUserId", "encounter", "patient")
	if err != nil {
		refuseCorti(w, http.StatusBadRequest, err.Error())
		return
	}
	now := c.now().UTC().Truncate(time.Millisecond)
	i := cortiInteraction{Encounter: cortiEncounter{Period: cortiPeriod{StartedAt: now}}, CreatedAt: now, UpdatedAt: now}
	encounter, _ := body["encounter"].(map[string]any)
	if bad := i.Encounter.change(encounter); bad != nil {
		refuseCorti(w, http.StatusBadRequest, "the body is not valid", bad)
		return
	}
	for _, name := range []string{"identifier", "status", "type"} {
		if encounter[name] == nil {
			refuseCorti(w, http.StatusBadRequest, "the body is not valid", cortiInvalid("encounter."+name, "is required"))
			return
		}
	}
	i.AssignedUserID, _ = body["assignedUserId"].(string)
	if patient, ok := body["patient"].(map[string]any); ok {
		i.Patient.Identifier, _ = patient["identifier"].(string)
	}
	c.mu.Lock()
	i = c.add(i)
	c.mu.Unlock()
	writeJSON(w, http.StatusCreated, map[string]string{"interactionId": i.ID, "websocketUrl": i.WebsocketURL})
}

// change takes over what is given of an encounter, or says what cannot be.
func (e *cortiEncounter) change(given map[string]any) (bad map[string]string) {
	for _, name := range sortedNames(given) {
		text, ok := given[name].(string)
		switch {
		case !ok || text == "":
			return cortiInvalid("encounter."+name, "is no text")
		case name == "identifier":
			e.Identifier = text
		case name == "title":
			e.Title = text
		case name == "status" && slices.Contains(cortiStatuses, text):
			e.Status = text
		case name == "type" && slices.Contains(cortiTypes, text):
			e.Type = text
		default:
			return cortiInvalid("encounter."+name, "is unknown, or has an unknown value")
		}
	}
	return nil
}

func (c *corti) getInteraction(w http.ResponseWriter, r *http.Request) {
	i, ok := c.interaction(r.PathValue("id"))
	if !ok {
		refuseCorti(w, http.StatusNotFound, "no such interaction")
		return
	}
	writeJSON(w, http.StatusOK, i)
}

// changeInteraction takes members of the encounter, of which one at least must
// be given, and answers with the interaction.
func (c *corti) changeInteraction(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "encounter")
	if err != nil {
		refuseCorti(w, http.StatusBadRequest, err.Error())
		return
	}
	given, _ := body["encounter"].(map[string]any)
	i, bad := c.change(r.PathValue("id"), given)
	switch {
	case i.ID == "":
		refuseCorti(w, http.StatusNotFound, "no such interaction")
	case bad != nil:
		refuseCorti(w, http.StatusBadRequest, "the body is not valid", bad)
	default:
		writeJSON(w, http.StatusOK, i)
	}
}

// change changes the encounter of an interaction and returns the whole; one
// without an id if there is none.
func (c *corti) change(id string, given map[string]any) (i cortiInteraction, bad map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.index(id)
	if at < 0 {
		return cortiInteraction{}, nil
	}
	i = c.interactions[at]
	if len(given) == 0 {
		return i, cortiInvalid("encounter", "is required")
	}
	if bad := i.Encounter.change(given); bad != nil {
		return i, bad
	}
	i.UpdatedAt = c.now().UTC().Truncate(time.Millisecond)
	c.interactions[at] = i
	return i, nil
}

func (c *corti) listFacts(w http.ResponseWriter, r *http.Request) {
	i, ok := c.interaction(r.PathValue("id"))
	if !ok {
		refuseCorti(w, http.StatusNotFound, "no such interaction")
		return
	}
	facts := c.facts[i.ID]
	if facts == nil {
		facts = []cortiFact{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"facts": facts})
}

// listTemplates takes lang and status; org is accepted, and filters nothing.
func (c *corti) listTemplates(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	found := []cortiTemplate{}
	for _, t := range c.templates {
		if cmp.Or(query.Get("lang"), t.Lang) == t.Lang && cmp.Or(query.Get("status"), t.Status) == t.Status {
			found = append(found, t)
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": found})
}

func (c *corti) getTemplate(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(c.templates, func(t cortiTemplate) bool { return t.Key == r.PathValue("key") })
	if i < 0 {
		refuseCorti(w, http.StatusNotFound, "no such template")
		return
	}
	writeJSON(w, http.StatusOK, c.templates[i])
}

// interaction returns a copy of the interaction.
func (c *corti) interaction(id string) (cortiInteraction, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.index(id)
	if at < 0 {
		return cortiInteraction{}, false
	}
	return c.interactions[at], true
}

// index returns the place of an interaction, or -1. The caller holds c.mu.
func (c *corti) index(id string) int {
	return slices.IndexFunc(c.interactions, func(i cortiInteraction) bool { return i.ID == id })
}

// add stores a new interaction under a new id. The caller holds c.mu, or is
// alone. Nothing listens at the WebSocket URL.
func (c *corti) add(i cortiInteraction) cortiInteraction {
	i.ID = newUUID()
	i.WebsocketURL = "wss://api.sandbox.invalid/audio-bridge/v2/interactions/" + i.ID + "/streams"
	c.interactions = append(c.interactions, i)
	return i
}

// fill makes more than two pages of interactions, with facts of some.
func (c *corti) fill() {
	now := c.now().UTC().Truncate(time.Second)
	for n := range 23 {
		at := now.Add(time.Duration(n-23) * time.Hour)
		i := c.add(cortiInteraction{
			AssignedUserID: newUUID(),
			Encounter: cortiEncounter{
				Identifier: fmt.Sprintf("E-%04d", 1001+n),
				Status:     cortiStatuses[n%4],
				Type:       cortiTypes[n%len(cortiTypes)],
				Period:     cortiPeriod{StartedAt: at},
				Title:      fmt.Sprintf("Consultation %02d", n+1),
			},
			Patient:   cortiPatient{Identifier: fmt.Sprintf("P-%03d", 101+n%7)},
			CreatedAt: at,
			UpdatedAt: at,
		})
		if n%2 == 0 {
			c.facts[i.ID] = []cortiFact{
				{ID: newUUID(), Text: "Headache for three days", Group: "chief-complaint", Source: "core"},
				{ID: newUUID(), Text: "No known allergies", Group: "allergies", Source: "core"},
			}
		}
	}
	for _, name := range []string{"soap", "brief-clinical-note", "referral-letter"} {
		for _, lang := range []string{"en", "de"} {
			c.templates = append(c.templates, cortiTemplate{Key: name + "-" + lang, Name: name, Lang: lang, Status: "published"})
		}
	}
}
