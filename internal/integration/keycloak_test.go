//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"
)

// realmFile is the realm that the tests import.
const realmFile = "../../.ci/integration/keycloak/realm.json"

// A keycloak is the server, as its administrator sees it.
type keycloak struct {
	base  string // of all its URLs
	realm string // the URL of the realm
}

// api returns an API that takes the tokens of the realm.
func (k *keycloak) api(t *testing.T) *api {
	return newAPI(t, k.realm, k.realm+"/protocol/openid-connect/certs")
}

// newKeycloak returns the server with the realm imported, and no events.
func newKeycloak(t *testing.T) *keycloak {
	t.Helper()
	k := &keycloak{base: fromScript(t, "KEYCLOAK_URL")}
	k.realm = k.base + "/realms/base"
	if status := k.call(t, http.MethodDelete, "/admin/realms/base/events", nil, nil); status == http.StatusNoContent {
		return k
	}
	realm, err := os.ReadFile(realmFile)
	if err != nil {
		t.Fatal(err)
	}
	if status := k.call(t, http.MethodPost, "/admin/realms", json.RawMessage(realm), nil); status != http.StatusCreated {
		t.Fatalf("importing %s: status %d", realmFile, status)
	}
	return k
}

// token returns a token of the administrator, which lives for a minute.
func (k *keycloak) token(t *testing.T) string {
	t.Helper()
	answer, err := http.PostForm(k.base+"/realms/master/protocol/openid-connect/token", url.Values{
		"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {"admin"}, "password": {fromScript(t, "KEYCLOAK_ADMIN_SECRET")},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&issued); err != nil || issued.Token == "" {
		t.Fatalf("Keycloak's administrator has no token: %s, %v", answer.Status, err)
	}
	return issued.Token
}

// call asks the API of the administrator.
func (k *keycloak) call(t *testing.T, method, path string, body, into any) int {
	t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, k.base+path, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+k.token(t))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if content, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(content, into); err != nil {
			t.Fatalf("%s %s: %s: %v\n%s", method, path, response.Status, err, content)
		}
	}
	return response.StatusCode
}

// live sets the life of the access tokens of a client.
func (k *keycloak) live(t *testing.T, client string, life time.Duration) {
	t.Helper()
	var found []map[string]any
	k.call(t, http.MethodGet, "/admin/realms/base/clients?clientId="+url.QueryEscape(client), nil, &found)
	if len(found) != 1 {
		t.Fatalf("%d clients %q", len(found), client)
	}
	attributes, _ := found[0]["attributes"].(map[string]any)
	if attributes == nil {
		attributes = make(map[string]any)
	}
	attributes["access.token.lifespan"] = fmt.Sprint(life.Seconds())
	found[0]["attributes"] = attributes
	if status := k.call(t, http.MethodPut, fmt.Sprint("/admin/realms/base/clients/", found[0]["id"]), found[0], nil); status != http.StatusNoContent {
		t.Fatalf("changing the client %q: status %d", client, status)
	}
}

// events counts by type what has happened to a client.
func (k *keycloak) events(t *testing.T, client string) map[string]int {
	t.Helper()
	var found []struct{ Type string }
	if status := k.call(t, http.MethodGet, "/admin/realms/base/events?max=1000&client="+url.QueryEscape(client), nil, &found); status != http.StatusOK {
		t.Fatalf("events: status %d", status)
	}
	count := make(map[string]int)
	for _, e := range found {
		count[e.Type]++
	}
	return count
}

// wantEvents checks that these have happened to a client, and nothing else.
func (k *keycloak) wantEvents(t *testing.T, client string, want map[string]int) {
	t.Helper()
	if got := k.events(t, client); !maps.Equal(got, want) {
		t.Errorf("events of %s: %v, want %v", client, got, want)
	}
}
