package transport

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

const suggestNoRedirect = "add `# @no-redirect` to see the answer as it is"

// isRedirect reports whether a status sends the request elsewhere (RFC 9110
// section 15.4). 300 leaves the choice to the user, 304 and 305 are no
// redirects.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirected returns the message for the target of a redirect. Relative
// targets start from the message's own URL, to which no credential was added.
func (m *message) redirected(status int, header http.Header) (*message, error) {
	target, err := m.target(status, header)
	if err != nil {
		return nil, err
	}
	next := &message{method: m.method, url: target, host: m.host, header: m.header, body: m.body, chunked: m.chunked}
	next.setMethod(status)
	if SameOrigin(m.url, target) {
		return next, nil
	}
	if next.body != nil {
		return nil, problem(diag.CodeRedirect, "send the request to "+site(target)+" if the body may go there",
			"redirect %d from %s would send the body to another origin, %s", status, site(m.url), site(target))
	}
	next.host = ""
	next.keep(crossesOrigins)
	return next, nil
}

// target returns where a redirect leads, if it may.
func (m *message) target(status int, header http.Header) (*url.URL, error) {
	location := header.Get("Location")
	if location == "" {
		return nil, problem(diag.CodeRedirect, suggestNoRedirect,
			"answer %d from %s redirects, but has no Location", status, m.url.Host)
	}
	target, err := m.url.Parse(location)
	switch {
	case err != nil || hasControl(location) || target.Scheme != "http" && target.Scheme != "https":
		// It is not shown: parsing changes it, a scheme to lower case, and a
		// secret in it would not be found.
		return nil, problem(diag.CodeRedirect, suggestNoRedirect,
			"redirect %d from %s to something that is no http or https URL", status, m.url.Host)
	case target.User != nil:
		return nil, problem(diag.CodeRedirect, suggestNoRedirect,
			"redirect %d from %s has user information in its target", status, m.url.Host)
	case target.Hostname() == "":
		return nil, problem(diag.CodeRedirect, suggestNoRedirect,
			"redirect %d from %s to a URL without a host", status, m.url.Host)
	case m.url.Scheme == "https" && target.Scheme == "http":
		return nil, problem(diag.CodeRedirect, suggestNoRedirect,
			"redirect %d from %s leads away from TLS to %s", status, site(m.url), site(target))
	}
	return bare(target), nil
}

// setMethod changes the method as RFC 9110 section 15.4 has it: 303 asks for
// another resource; after 301 and 302 a POST becomes a GET, as clients have
// always done. The header fields that describe the body go with it.
func (m *message) setMethod(status int) {
	switch {
	case status == http.StatusSeeOther && m.method != http.MethodHead,
		m.method == http.MethodPost && (status == http.StatusMovedPermanently || status == http.StatusFound):
		m.method = http.MethodGet
	case status == http.StatusSeeOther:
	default:
		return
	}
	m.body, m.chunked = nil, false
	m.keep(func(name string) bool { return !describesBody(name) })
}

// keep drops the header fields that may not stay. The header is replaced, for
// another message may share it.
func (m *message) keep(may func(name string) bool) {
	header := make(http.Header, len(m.header))
	for name, values := range m.header {
		if may(name) {
			header[name] = values
		}
	}
	m.header = header
}

func describesBody(name string) bool {
	return slices.Contains([]string{
		"Content-Type", "Content-Encoding", "Content-Language", "Content-Location",
		"Content-Disposition", "Digest", "Content-Digest", "Repr-Digest", "Content-Md5", "Expect", "Trailer",
	}, http.CanonicalHeaderKey(name))
}

// crossesOrigins reports whether a header field of the request may go to
// another origin than the one it was written for. It is a list of those that
// may: nobody can list the names under which users send secrets.
func crossesOrigins(name string) bool {
	return slices.Contains([]string{
		"Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language",
		"Content-Type", "Content-Language", "Content-Encoding",
		"User-Agent", "Cache-Control", "Pragma", "Range",
		"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range",
	}, http.CanonicalHeaderKey(name))
}
