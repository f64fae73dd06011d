package runner

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// called is what requests of a file are found by in a recording.
type called struct{ path, name string }

// matchRecorded finds the requests of the suite in the recording: by the file they
// stand in and by their names, or their request lines as written. Those that have got
// a name since are looked for by their request lines in what is left.
func (s *suite) matchRecorded() {
	known := make(map[called][]RecordedRequest)
	for _, r := range s.plan.options.Replay.Recording.Requests(s.recorded) {
		key := called{r.Path, r.Name}
		known[key] = append(known[key], r)
	}
	s.inRecording = make(map[*step]RecordedRequest)
	s.matchBy(known, (*step).label)
	s.matchBy(known, (*step).requestLine)
	for _, left := range known {
		s.gone = append(s.gone, left...)
	}
	slices.SortFunc(s.gone, func(a, b RecordedRequest) int { return a.Index - b.Index })
}

// matchBy finds requests that are not found yet by what they are called, and takes them
// out of those that are known. Of several that are called the same, the first is the
// first, if the recording tells of all of them; else those at the same lines.
func (s *suite) matchBy(known map[called][]RecordedRequest, name func(*step) string) {
	ours := make(map[called][]*step)
	for _, f := range s.files {
		for _, st := range f.steps {
			if _, found := s.inRecording[st]; found || st.request == nil {
				continue
			}
			key := called{s.pathOf(f), s.plan.secrets.Mask(name(st))}
			ours[key] = append(ours[key], st)
		}
	}
	for key, steps := range ours {
		there := known[key]
		if len(there) == len(steps) {
			for i, st := range steps {
				s.inRecording[st] = there[i]
			}
			delete(known, key)
			continue
		}
		for _, st := range steps {
			at := slices.IndexFunc(known[key], func(r RecordedRequest) bool { return r.Line == st.line })
			if at >= 0 {
				s.inRecording[st] = known[key][at]
				known[key] = slices.Delete(known[key], at, at+1)
			}
		}
	}
}

// isRequestLine reports whether a request is called by its request line, for it had no
// name.
func isRequestLine(name string) bool {
	method, target, ok := strings.Cut(name, " ")
	return ok && target != "" && slices.Contains(plainMethods, method)
}

var plainMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

var template = regexp.MustCompile(`\{\{.*?\}\}`)

// tellChange notes that the recorded answer is that of another request line, as far as
// that can be told: its templates may have had any value.
func (r *running) tellChange(try *RecordedTry, done *RequestFinished) {
	first, request := try.Done.Hops[0], r.step.request
	if first.URL == "" || strings.Contains(first.URL, secretMask) || request.Protocol != parser.HTTP || !slices.Contains(plainMethods, r.step.method()) {
		return
	}
	if r.step.method() == first.Method && mayBe(request.Target.String(), first.URL) {
		return
	}
	if slices.ContainsFunc(done.Problems, func(m diag.Message) bool { return m.Severity == diag.Note && m.Code == diag.CodeNotRecorded }) {
		return // of an earlier try
	}
	done.Problems = append(done.Problems, r.session.plan.message(&diag.Diagnostic{
		Code: diag.CodeNotRecorded, Severity: diag.Note,
		Summary: fmt.Sprintf("the request has changed since: what is judged is the answer to `%s %s`", first.Method, first.URL),
		Source:  r.step.file.parsed.Source, Subject: request.Line,
	}))
}

// mayBe reports whether a target, for some values of its templates, is a URL. What
// credentials add to a query is no difference, nor is what a host lacks in front.
func mayBe(target, sent string) bool {
	target, _, _ = strings.Cut(template.ReplaceAllString(target, "\x00"), "#")
	if strings.Contains(target, "@") { // a user is not shown in a URL
		return true
	}
	pattern := "(?is)^.*" + strings.ReplaceAll(regexp.QuoteMeta(target), "\x00", ".*") + "/?([?&].*)?$"
	shape, err := regexp.Compile(pattern)
	if err != nil {
		return true
	}
	plain, err := url.PathUnescape(sent)
	return shape.MatchString(sent) || err == nil && shape.MatchString(plain)
}
