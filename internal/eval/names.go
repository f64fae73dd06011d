package eval

// answerName is a name that stands for a part of the answer.
type answerName struct {
	name   string
	kind   kind
	status bool // it is of the status line, and reading it replaces the implicit check
	read   func(a *Answer) (any, error)
}

// answerNames is every name that reads the answer. `R.name` reads the same of
// another request's answer.
var answerNames = [...]answerName{
	{"status", number, true, func(a *Answer) (any, error) { return a.Status, nil }},
	{"statusText", text, true, func(a *Answer) (any, error) { return a.StatusText, nil }},
	{"protocol", text, false, func(a *Answer) (any, error) { return a.Proto, nil }},
	{"url", text, false, func(a *Answer) (any, error) { return a.URL, nil }},
	{"headers", objects, false, func(a *Answer) (any, error) { return fields(a.Header), a.header() }},
	{"body", anything, false, func(a *Answer) (any, error) { return a.Document() }},
	{"text", text, false, func(a *Answer) (any, error) { return a.Text() }},
	{"bytes", text, false, func(a *Answer) (any, error) {
		content, err := a.Body()
		return string(content), err
	}},
	{"size", number, false, func(a *Answer) (any, error) { return a.size() }},
	{"cookies", objects, false, func(a *Answer) (any, error) { return a.cookies(), a.cookieError() }},
	{"redirects", list, false, func(a *Answer) (any, error) { return a.redirects(), nil }},
	{"tls", anything, false, func(a *Answer) (any, error) { return a.tls(), nil }},
	{"duration", number, false, func(a *Answer) (any, error) { return int(a.Duration.Milliseconds()), nil }},
	{"ttfb", number, false, func(a *Answer) (any, error) { return int(a.TTFB.Milliseconds()), nil }},
	{"request", objects, false, func(a *Answer) (any, error) { return sent{&a.Request}, nil }},
}

// readsBody reports whether a name or function that reads the answer needs its
// body: all do, but for those that are listed here.
func readsBody(name string) bool {
	switch name {
	case "status", "statusText", "protocol", "url", "headers", "header", "size",
		"cookies", "redirects", "tls", "duration", "ttfb", "request":
		return false
	}
	return true
}

func findAnswerName(name string) (*answerName, bool) {
	for i := range answerNames {
		if answerNames[i].name == name {
			return &answerNames[i], true
		}
	}
	return nil, false
}

// Reserved reports whether name is one of the language, which a variable of the
// same name does not hide: such a variable is read as `vars.name`.
func Reserved(name string) bool {
	switch name {
	case "vars", "true", "false", "nil", "let", "if", "else", "not", "and", "or", "in",
		"contains", "startsWith", "endsWith", "matches":
		return true
	}
	_, ok := findAnswerName(name)
	return ok
}

// allNames is every name of the language, for suggestions.
func allNames() []string {
	names := []string{"vars", "nil", "true", "false"}
	for i := range answerNames {
		names = append(names, answerNames[i].name)
	}
	return append(names, functionNames()...)
}
