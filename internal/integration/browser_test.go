//go:build integration

package integration

import (
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// A person is somebody with a browser, who fills in every form that comes up
// until a page has none.
type person struct {
	fields map[string]string // by the names of inputs
	press  []string          // names of the buttons that are preferred
	log    io.Writer
}

// ada logs in everywhere, and agrees or not.
func ada(agrees bool, log io.Writer) *person {
	p := &person{
		fields: map[string]string{
			"username": "ada", "password": adasPassword, // Keycloak
			"login": "ada", // oidc-provider, which takes any password
		},
		press: []string{"accept", "yes", "login"},
		log:   log,
	}
	if !agrees {
		p.press = []string{"cancel", "abort", "login"}
	}
	return p
}

const adasPassword = "pass+word %2F"

// browse is the program that tests name as $BROWSER: it opens a page as ada.
func browse(args []string) int {
	if len(args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: browse yes|no LOG URL")
		return 2
	}
	log, err := os.OpenFile(args[1], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer log.Close()
	if _, err := ada(args[0] == "yes", log).visit(args[2]); err != nil {
		fmt.Fprintln(log, err)
		return 1
	}
	return 0
}

// visit opens a page and returns the last one that comes of it.
func (p *person) visit(page string) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	request, err := http.NewRequest(http.MethodGet, page, nil)
	if err != nil {
		return "", err
	}
	for range 10 {
		request.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8") // Keycloak goes by it
		response, err := client.Do(request)
		if err != nil {
			return "", err
		}
		content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
		response.Body.Close()
		if err != nil {
			return "", err
		}
		// Of the address only what is no secret of the login.
		at := *response.Request.URL
		at.RawQuery = ""
		fmt.Fprintf(p.log, "%s %s: %s\n", response.Request.Method, at.String(), response.Status)
		form := formPattern.FindStringSubmatch(string(content))
		if form == nil {
			return string(content), nil
		}
		// Buttons of a form may stand outside of it.
		for _, button := range buttonPattern.FindAllString(string(content), -1) {
			if id := attributes(form[1])["id"]; id != "" && attributes(button)["form"] == id {
				form[2] += button
			}
		}
		if request, err = p.submit(response.Request.URL, form[1], form[2]); err != nil {
			return "", fmt.Errorf("%w:\n%s", err, content)
		}
	}
	return "", errors.New("ten forms, and no end")
}

var (
	formPattern   = regexp.MustCompile(`(?is)<form\b([^>]*)>(.*?)</form>`)
	buttonPattern = regexp.MustCompile(`(?is)<button\b[^>]*>`)
	inputPattern  = regexp.MustCompile(`(?is)<(input|button)\b([^>]*)>`)
	attributeText = regexp.MustCompile(`(?is)([a-z-]+)\s*=\s*"([^"]*)"`)
)

func attributes(text string) map[string]string {
	found := make(map[string]string)
	for _, match := range attributeText.FindAllStringSubmatch(text, -1) {
		found[strings.ToLower(match[1])] = html.UnescapeString(match[2])
	}
	return found
}

// submit fills a form in and presses a button of it.
func (p *person) submit(base *url.URL, head, body string) (*http.Request, error) {
	of := attributes(head)
	target, err := base.Parse(of["action"])
	if err != nil {
		return nil, err
	}
	values, buttons := url.Values{}, map[string]string{}
	for _, match := range inputPattern.FindAllStringSubmatch(body, -1) {
		a := attributes(match[2])
		name := a["name"]
		switch kind := strings.ToLower(a["type"]); {
		case name == "":
		case kind == "submit", kind == "button", match[1] == "button":
			buttons[name] = a["value"]
		case kind == "checkbox":
		default:
			values.Set(name, a["value"])
			if text, known := p.fields[name]; known {
				values.Set(name, text)
			}
		}
	}
	for _, name := range p.press {
		if value, there := buttons[name]; there {
			values.Set(name, value)
			break
		}
	}
	fmt.Fprintf(p.log, "filling in %d fields at %s\n", len(values), target.Path)
	if !strings.EqualFold(of["method"], "post") {
		target.RawQuery = values.Encode()
		return http.NewRequest(http.MethodGet, target.String(), nil)
	}
	request, err := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request, nil
}
