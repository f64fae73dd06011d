package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// cotalker is Cotalker (doc.cotalker.com): e-mail and password for a JWT that
// alone knows its life, no refresh, and an Admin field that some endpoints
// require.
//
// Documented by the vendor: the login with its fields, Accept-Charset among
// them, and its answer; the Admin field; the paths and parameters of users,
// channels, groups of tasks and messages, and which of them require Admin. Not
// published are the life of a token, which is that of the vendor's sample here,
// error bodies, which are {"message"} here, and the shapes of answers. Those,
// and what is marked below, are the sandbox's. The permanent tokens that an
// administrator makes do not exist here: nobody could learn one.
type cotalker struct {
	now             func() time.Time
	life            time.Duration
	email, password string
	signingKey      []byte
	tokens          *tokens
	channels        []cotalkerChannel
	taskGroups      []cotalkerTaskGroup

	mu       sync.Mutex
	users    []cotalkerUser
	messages []cotalkerMessage
}

const (
	cotalkerLife = 24 * time.Hour
	// cotalkerTime is how the vendor writes times: RFC 3339 with milliseconds.
	cotalkerTime = "2006-01-02T15:04:05.000Z07:00"
)

type cotalkerUser struct {
	ID       string       `json:"_id"`
	Email    string       `json:"email"`
	Name     cotalkerName `json:"name"`
	Job      string       `json:"job"`
	IsActive bool         `json:"isActive"`
}

type cotalkerName struct {
	Names    string `json:"names"`
	LastName string `json:"lastName"`
}

type cotalkerChannel struct {
	ID       string `json:"_id"`
	Display  string `json:"nameDisplay"`
	Group    string `json:"group"`
	IsActive bool   `json:"isActive"`
}

type cotalkerTaskGroup struct {
	ID       string `json:"_id"`
	Name     string `json:"name"`
	IsActive bool   `json:"isActive"`
}

type cotalkerMessage struct {
	ID          string `json:"_id"`
	Channel     string `json:"channel"`
	Content     string `json:"content"`
	ContentType string `json:"contentType"`
	SentBy      string `json:"sentBy"`
	CreatedAt   string `json:"createdAt"`
	ModifiedAt  string `json:"modifiedAt"`
}

func newCotalker(k kit) ([]*vendor, error) {
	c := &cotalker{
		now:        k.now,
		life:       k.life(cotalkerLife),
		email:      "user-" + randomText(6) + "@example.com",
		password:   randomText(18) + `"\$&`, // characters that JSON and shells treat specially
		signingKey: []byte(rand.Text()),
		tokens:     newTokens(k.now),
	}
	c.fill()
	v := &vendor{
		name:    "cotalker",
		baseURL: "COTALKER_BASE_URL",
		environ: map[string]string{
			"COTALKER_EMAIL":     c.email,
			"COTALKER_PASSWORD":  c.password,
			"COTALKER_API_TOKEN": "",
			"COTALKER_ADMIN":     "",
			"COTALKER_TRIAL":     "",
		},
		refuse: func(w http.ResponseWriter, status int) {
			refuseCotalker(w, status, http.StatusText(status))
		},
	}
	v.handleToken("POST /auth/local", c.login)
	v.handle("GET /api/v2/users", c.protected(c.listUsers))
	v.handle("GET /api/v2/users/{id}", c.protected(c.getUser))                    // sandbox only
	v.handle("PATCH /api/v2/users/{id}", c.protected(requireAdmin(c.changeUser))) // sandbox only
	v.handle("GET /api/v2/channels", c.protected(c.listChannels))
	v.handle("GET /api/v1/tasks/group", c.protected(requireAdmin(c.listTaskGroups))) // Admin is documented
	v.handle("POST /api/v1/messages", c.protected(c.sendMessage))                    // Admin is not documented
	v.handle("GET /api/v1/messages/channel/{id}/modified/{since}", c.protected(c.listMessages))
	return []*vendor{v}, nil
}

func refuseCotalker(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"message": message})
}

func (c *cotalker) login(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "email", "password")
	email, _ := body["email"].(string)
	password, _ := body["password"].(string)
	switch {
	case err != nil:
		refuseCotalker(w, http.StatusBadRequest, err.Error())
	case !strings.EqualFold(r.Header.Get("Accept-Charset"), "utf-8"):
		refuseCotalker(w, http.StatusBadRequest, "Accept-Charset must be utf-8")
	case email == "" || password == "":
		refuseCotalker(w, http.StatusBadRequest, "email and password are required")
	case email != c.email || password != c.password:
		refuseCotalker(w, http.StatusUnauthorized, "This email or password is incorrect.")
	default:
		c.grant(w)
	}
}

func (c *cotalker) grant(w http.ResponseWriter) {
	now := c.now()
	expires := now.Add(c.life)
	token, err := newJWT(c.signingKey, map[string]any{
		"sub": c.users[0].ID, "iat": now.Unix(), "exp": expires.Unix(), "jti": rand.Text(),
	})
	if err != nil {
		refuseCotalker(w, http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError))
		return
	}
	c.tokens.add(token, expires)
	writeJSON(w, http.StatusOK, map[string]string{"token": token})
}

func (c *cotalker) protected(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if token, ok := bearer(r); !ok || !c.tokens.valid(token) {
			challengeBearer(w)
			refuseCotalker(w, http.StatusUnauthorized, "Unauthorized")
			return
		}
		h(w, r)
	}
}

// requireAdmin lets a request pass that asks for administrative access. The
// user of the sandbox may have it.
func requireAdmin(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Admin") != "true" {
			refuseCotalker(w, http.StatusForbidden, "the Admin header is required")
			return
		}
		h(w, r)
	}
}

// listUsers takes search, which is part of an e-mail address or a name, email,
// which may be repeated, and what every list takes.
func (c *cotalker) listUsers(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	search := strings.ToLower(query.Get("search"))
	emails := slices.Concat(query["email"], query["email[]"])
	c.mu.Lock()
	found := slices.Clone(c.users)
	c.mu.Unlock()
	found = slices.DeleteFunc(found, func(u cotalkerUser) bool {
		text := strings.ToLower(u.Email + " " + u.Name.Names + " " + u.Name.LastName)
		return !strings.Contains(text, search) || emails != nil && !slices.Contains(emails, u.Email)
	})
	writeCotalkerList(w, query, "users", found, func(u cotalkerUser) bool { return u.IsActive })
}

func (c *cotalker) getUser(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	i := c.userIndex(r.PathValue("id"))
	var user cotalkerUser
	if i >= 0 {
		user = c.users[i]
	}
	c.mu.Unlock()
	if i < 0 {
		refuseCotalker(w, http.StatusNotFound, "user not found")
		return
	}
	writeJSON(w, http.StatusOK, user)
}

// changeUser sets the job of a user.
func (c *cotalker) changeUser(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "job")
	job, ok := body["job"].(string)
	if err != nil || !ok {
		refuseCotalker(w, http.StatusBadRequest, "job must be text")
		return
	}
	c.mu.Lock()
	i := c.userIndex(r.PathValue("id"))
	var user cotalkerUser
	if i >= 0 {
		c.users[i].Job = job
		user = c.users[i]
	}
	c.mu.Unlock()
	if i < 0 {
		refuseCotalker(w, http.StatusNotFound, "user not found")
		return
	}
	writeJSON(w, http.StatusOK, user)
}

// userIndex returns the place of a user, or -1. The caller holds c.mu.
func (c *cotalker) userIndex(id string) int {
	return slices.IndexFunc(c.users, func(u cotalkerUser) bool { return u.ID == id })
}

// listChannels takes search, group and what every list takes.
func (c *cotalker) listChannels(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	search := strings.ToLower(query.Get("search"))
	found := slices.DeleteFunc(slices.Clone(c.channels), func(ch cotalkerChannel) bool {
		return !strings.Contains(strings.ToLower(ch.Display), search) || cmp.Or(query.Get("group"), ch.Group) != ch.Group
	})
	writeCotalkerList(w, query, "channels", found, func(ch cotalkerChannel) bool { return ch.IsActive })
}

func (c *cotalker) listTaskGroups(w http.ResponseWriter, r *http.Request) {
	writeCotalkerList(w, r.URL.Query(), "groups", slices.Clone(c.taskGroups), func(g cotalkerTaskGroup) bool { return g.IsActive })
}

// sendMessage takes channel, content and contentType.
func (c *cotalker) sendMessage(w http.ResponseWriter, r *http.Request) {
	body, err := readObject(r, "channel", "content", "contentType")
	if err != nil {
		refuseCotalker(w, http.StatusBadRequest, err.Error())
		return
	}
	m := cotalkerMessage{ID: newObjectID(), SentBy: c.users[0].ID, CreatedAt: c.now().UTC().Format(cotalkerTime)}
	m.ModifiedAt = m.CreatedAt
	m.Channel, _ = body["channel"].(string)
	m.Content, _ = body["content"].(string)
	m.ContentType, _ = body["contentType"].(string)
	switch {
	case m.Channel == "" || m.Content == "" || m.ContentType == "":
		refuseCotalker(w, http.StatusBadRequest, "channel, content and contentType are required")
	case !c.hasChannel(m.Channel):
		refuseCotalker(w, http.StatusNotFound, "channel not found")
	default:
		c.mu.Lock()
		c.messages = append(c.messages, m)
		c.mu.Unlock()
		writeJSON(w, http.StatusCreated, m)
	}
}

// listMessages answers with the messages of a channel that were written or
// changed at an instant or after it.
func (c *cotalker) listMessages(w http.ResponseWriter, r *http.Request) {
	since, err := time.Parse(time.RFC3339, r.PathValue("since"))
	switch {
	case err != nil:
		refuseCotalker(w, http.StatusBadRequest, "the date must be written as in "+cotalkerTime)
		return
	case !c.hasChannel(r.PathValue("id")):
		refuseCotalker(w, http.StatusNotFound, "channel not found")
		return
	}
	from := since.UTC().Format(cotalkerTime) // of one length, so that text compares as time does
	c.mu.Lock()
	found := slices.Clone(c.messages)
	c.mu.Unlock()
	found = slices.DeleteFunc(found, func(m cotalkerMessage) bool {
		return m.Channel != r.PathValue("id") || m.ModifiedAt < from
	})
	writeCotalkerList(w, r.URL.Query(), "messages", found, func(cotalkerMessage) bool { return true })
}

func (c *cotalker) hasChannel(id string) bool {
	return slices.ContainsFunc(c.channels, func(ch cotalkerChannel) bool { return ch.ID == id })
}

// writeCotalkerList answers with one page of items under name. Every list takes
// limit, page (from 1, which is the sandbox's reading), orderBy=asc|desc,
// isActive=true|false|all and count=true, which adds counter.
func writeCotalkerList[T any](w http.ResponseWriter, query url.Values, name string, items []T, isActive func(T) bool) {
	limit, err := intParameter(query, "limit", 10, 1)
	page := 0
	if err == nil {
		page, err = intParameter(query, "page", 1, 1)
	}
	for _, parameter := range []struct {
		name    string
		allowed []string
	}{
		{"orderBy", []string{"asc", "desc"}},
		{"isActive", []string{"true", "false", "all"}},
		{"count", []string{"true", "false"}},
	} {
		if value := query.Get(parameter.name); err == nil && value != "" && !slices.Contains(parameter.allowed, value) {
			err = fmt.Errorf("%s is %q, expected one of %s", parameter.name, value, strings.Join(parameter.allowed, ", "))
		}
	}
	if err != nil {
		refuseCotalker(w, http.StatusBadRequest, err.Error())
		return
	}
	if want := cmp.Or(query.Get("isActive"), "true"); want != "all" {
		items = slices.DeleteFunc(items, func(item T) bool { return strconv.FormatBool(isActive(item)) != want })
	}
	if query.Get("orderBy") == "desc" {
		slices.Reverse(items)
	}
	answer := map[string]any{name: pageAt(items, page-1, limit)}
	if query.Get("count") == "true" {
		answer["counter"] = len(items)
	}
	writeJSON(w, http.StatusOK, answer)
}

// newObjectID returns an identifier in the form of MongoDB's: 24 hexadecimal
// digits.
func newObjectID() string {
	b := make([]byte, 12)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// fill makes more than one page of each kind. The first user is the one that
// logs in.
func (c *cotalker) fill() {
	for n := range 27 {
		email := fmt.Sprintf("person%02d@example.com", n)
		if n == 0 {
			email = c.email
		}
		c.users = append(c.users, cotalkerUser{
			ID: newObjectID(), Email: email, Name: cotalkerName{Names: fmt.Sprintf("Person %02d", n), LastName: "Example"},
			Job: "Technician", IsActive: n%9 != 8,
		})
	}
	group := newObjectID()
	for n := range 12 {
		c.channels = append(c.channels, cotalkerChannel{ID: newObjectID(), Display: fmt.Sprintf("Site %02d", n+1), Group: group, IsActive: true})
		c.taskGroups = append(c.taskGroups, cotalkerTaskGroup{ID: newObjectID(), Name: fmt.Sprintf("Maintenance %02d", n+1), IsActive: true})
	}
	for n := range 3 {
		at := c.now().Add(time.Duration(n-3) * time.Hour).UTC().Format(cotalkerTime)
		c.messages = append(c.messages, cotalkerMessage{
			ID: newObjectID(), Channel: c.channels[0].ID, Content: fmt.Sprintf("Report %d", n+1), ContentType: "text/plain",
			SentBy: c.users[1].ID, CreatedAt: at, ModifiedAt: at,
		})
	}
}
