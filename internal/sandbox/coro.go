package sandbox

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// coro is Coro (developers.coro.net): one token request with a JSON body, no
// refresh, and a Workspace field on every call.
//
// Documented by the vendor: the token request and its answer, X-Coro-Trace-Id,
// the paths of lists and actions, the list {"items", "totalElements"}, paging
// and filters, and the body and answer of a ticket action. Of an error it
// documents only the status and that the body is JSON; of an item only a few
// fields. Those shapes, and what is marked below, are the sandbox's.
type coro struct {
	now          func() time.Time
	life         time.Duration
	clientID     string
	clientSecret string
	workspace    string
	tokens       *tokens

	mu      sync.Mutex
	tickets []*coroTicket
	devices []coroDevice
	users   []coroUser
}

const (
	coroAudience = "https://secure.coro.net/api"
	coroLife     = 24 * time.Hour
)

type coroTicket struct {
	ID        string `json:"id"`
	Trigger   string `json:"ticketTrigger"`
	Processed bool   `json:"processed"`
	Time      int64  `json:"time"` // UNIX time in milliseconds
	UserEmail string `json:"userEmail"`
}

type coroDevice struct {
	EnrollmentCode string `json:"enrollmentCode"`
	HostName       string `json:"hostName"`
	OSType         string `json:"osType"`
	UserEmail      string `json:"userEmail"`
}

type coroUser struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

func newCoro(k kit) ([]*vendor, error) {
	c := &coro{
		now:          k.now,
		life:         k.life(coroLife),
		clientID:     rand.Text(),
		clientSecret: randomText(48),
		workspace:    "sandbox_" + rand.Text()[:5] + "_u",
		tokens:       newTokens(k.now),
	}
	c.fill()
	v := &vendor{
		name:    "coro",
		baseURL: "CORO_BASE_URL",
		environ: map[string]string{
			"CORO_CLIENT_ID":     c.clientID,
			"CORO_CLIENT_SECRET": c.clientSecret,
			"CORO_WORKSPACE":     c.workspace,
			"CORO_AUDIENCE":      "",
			"CORO_REGION":        "",
		},
		refuse: func(w http.ResponseWriter, status int) {
			refuseCoro(w, status, "invalid_request", http.StatusText(status))
		},
		before: func(h http.Header) { h.Set("X-Coro-Trace-Id", strings.ToLower(rand.Text())) },
	}
	v.handleToken("POST /oauth/token", c.token)
	v.handle("GET /v1/tickets", c.protected(c.listTickets))
	v.handle("GET /v1/tickets/{id}", c.protected(c.getTicket)) // sandbox only: the vendor reads one by ?ticketIds=
	v.handle("GET /v1/tickets/{id}/actions", c.protected(c.listActions))
	v.handle("POST /v1/tickets/{id}/actions", c.protected(c.act))
	v.handle("GET /v1/devices", c.protected(c.listDevices))
	v.handle("GET /v1/users", c.protected(c.listUsers))
	return []*vendor{v}, nil
}

// refuseCoro answers with an error body. Its members are those of RFC 6749
// §5.2, as the vendor publishes none.
func refuseCoro(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, map[string]string{"error": code, "error_description": description})
}

func (c *coro) token(w http.ResponseWriter, r *http.Request) {
	names := []string{"client_id", "client_secret", "audience", "grant_type"}
	body, err := readObject(r, names...)
	if err != nil {
		refuseCoro(w, http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	for _, name := range names {
		if text, ok := body[name].(string); !ok || text == "" {
			refuseCoro(w, http.StatusBadRequest, "invalid_request", "missing field "+name)
			return
		}
	}
	switch {
	case body["grant_type"] != "client_credentials":
		refuseCoro(w, http.StatusBadRequest, "unsupported_grant_type", "only client_credentials is supported")
	case body["client_id"] != c.clientID || body["client_secret"] != c.clientSecret:
		refuseCoro(w, http.StatusUnauthorized, "invalid_client", "unknown client or wrong secret")
	case body["audience"] != coroAudience:
		refuseCoro(w, http.StatusForbidden, "access_denied", "the client has no access to this audience")
	default:
		token := randomText(96) + "." + randomText(32) // two parts, as in the vendor's sample: no JWT
		c.tokens.add(token, c.now().Add(c.life))
		writeJSON(w, http.StatusOK, map[string]any{
			"access_token": token,
			"token_type":   "Bearer",
			"expires_in":   int64(c.life / time.Second),
		})
	}
}

// protected lets a request pass that carries a valid token and the workspace.
func (c *coro) protected(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if token, ok := bearer(r); !ok || !c.tokens.valid(token) {
			challengeBearer(w)
			refuseCoro(w, http.StatusUnauthorized, "invalid_token", "the access token is missing, unknown or expired")
			return
		}
		if r.Header.Get("Workspace") != c.workspace {
			refuseCoro(w, http.StatusForbidden, "access_denied", "the client has no access to this workspace")
			return
		}
		h(w, r)
	}
}

func (c *coro) listTickets(w http.ResponseWriter, r *http.Request) {
	keep, err := coroFilter(r.URL.Query())
	if err != nil {
		refuseCoro(w, http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	found := []coroTicket{}
	c.mu.Lock()
	for _, t := range c.tickets {
		if keep(t) {
			found = append(found, *t)
		}
	}
	c.mu.Unlock()
	writeCoroList(w, r, found)
}

// coroFilter reads the filters of a ticket list. A list of values is written
// with commas or by repeating the parameter; a time of 0 is no limit.
func coroFilter(query url.Values) (func(*coroTicket) bool, error) {
	ids, triggers := listParameter(query, "ticketIds"), listParameter(query, "ticketTriggers")
	processed := query.Get("processed")
	if !slices.Contains([]string{"", "true", "false"}, processed) {
		return nil, fmt.Errorf("processed is %q, expected true or false", processed)
	}
	from, err := intParameter(query, "fromTime", 0, 0)
	if err != nil {
		return nil, err
	}
	to, err := intParameter(query, "toTime", 0, 0)
	if err != nil {
		return nil, err
	}
	return func(t *coroTicket) bool {
		return (len(ids) == 0 || slices.Contains(ids, t.ID)) &&
			(len(triggers) == 0 || slices.Contains(triggers, t.Trigger)) &&
			(processed == "" || strconv.FormatBool(t.Processed) == processed) &&
			t.Time >= int64(from) && (to == 0 || t.Time <= int64(to))
	}, nil
}

func listParameter(query url.Values, name string) []string {
	joined := strings.Join(query[name], ",")
	return strings.FieldsFunc(joined, func(r rune) bool { return r == ',' })
}

func (c *coro) getTicket(w http.ResponseWriter, r *http.Request) {
	t, ok := c.ticket(r.PathValue("id"))
	if !ok {
		refuseCoroTicket(w)
		return
	}
	writeJSON(w, http.StatusOK, t)
}

// listActions answers with what can be done to a ticket. The shape of the
// items is the sandbox's.
func (c *coro) listActions(w http.ResponseWriter, r *http.Request) {
	t, ok := c.ticket(r.PathValue("id"))
	if !ok {
		refuseCoroTicket(w)
		return
	}
	actions := []map[string]string{}
	if !t.Processed {
		actions = append(actions, map[string]string{"eventAction": "markAsProcessed", "uiView": "Close ticket"})
	}
	writeCoroList(w, r, actions)
}

// act closes a ticket. The vendor documents {"eventAction": "markAsProcessed",
// "metadata": {}}; {"action": "close"} is a short form of the sandbox. Closing
// a closed ticket changes nothing and succeeds.
func (c *coro) act(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "eventAction", "metadata", "action")
	if err != nil {
		refuseCoro(w, http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	documented := body["eventAction"] == "markAsProcessed" && body["action"] == nil
	short := body["action"] == "close" && body["eventAction"] == nil && body["metadata"] == nil
	if !documented && !short {
		refuseCoro(w, http.StatusBadRequest, "invalid_request", "unknown action")
		return
	}
	id := r.PathValue("id")
	if !c.closeTicket(id) {
		refuseCoroTicket(w)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"ticketActionsStatus": map[string]string{id: "SUCCESS"}})
}

func refuseCoroTicket(w http.ResponseWriter) {
	refuseCoro(w, http.StatusNotFound, "not_found", "no such ticket in this workspace")
}

// ticket returns a copy of the ticket.
func (c *coro) ticket(id string) (coroTicket, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.find(id); t != nil {
		return *t, true
	}
	return coroTicket{}, false
}

// closeTicket reports whether there is such a ticket, closed now. For an open
// ticket that is closed a new one is opened, so that the sandbox does not run
// out of them however often a collection runs.
func (c *coro) closeTicket(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.find(id)
	if t != nil && !t.Processed {
		t.Processed = true
		c.open(c.now())
	}
	return t != nil
}

// find returns the ticket or nil. The caller holds c.mu.
func (c *coro) find(id string) *coroTicket {
	i := slices.IndexFunc(c.tickets, func(t *coroTicket) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return c.tickets[i]
}

func (c *coro) listDevices(w http.ResponseWriter, r *http.Request) { writeCoroList(w, r, c.devices) }

func (c *coro) listUsers(w http.ResponseWriter, r *http.Request) { writeCoroList(w, r, c.users) }

// writeCoroList answers with the page of items that the request asks for.
func writeCoroList[T any](w http.ResponseWriter, r *http.Request, items []T) {
	page, err := pageOf(items, r.URL.Query())
	if err != nil {
		refuseCoro(w, http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"items": page, "totalElements": len(items)})
}

// fill makes the data: more than one page of each kind.
func (c *coro) fill() {
	for i := range 24 {
		name := fmt.Sprintf("user%02d", i+1)
		c.users = append(c.users, coroUser{ID: fmt.Sprintf("u-%d", 101+i), Email: name + "@example.com", Name: "User " + name[4:]})
		c.devices = append(c.devices, coroDevice{
			EnrollmentCode: rand.Text()[:12],
			HostName:       fmt.Sprintf("laptop-%02d", i+1),
			OSType:         []string{"WINDOWS", "OSX", "LINUX"}[i%3],
			UserEmail:      name + "@example.com",
		})
	}
	for i := range 30 {
		c.open(c.now().Add(time.Duration(i-30) * time.Hour))
		c.tickets[i].Processed = i < 5
	}
}

// open adds an open ticket. The caller holds c.mu, or is alone.
func (c *coro) open(at time.Time) {
	n := len(c.tickets)
	c.tickets = append(c.tickets, &coroTicket{
		ID:        fmt.Sprintf("t-%d", 1001+n),
		Trigger:   []string{"malwareInCloudDrive", "suspectedIdentityCompromise", "wifiPhishing"}[n%3],
		Time:      at.UnixMilli(),
		UserEmail: c.users[n%len(c.users)].Email,
	})
}
