package script

import (
	"strings"

	"github.com/dop251/goja"
)

// recorded is a text of an exchange, which a recording may have masked. To read it is
// the only way to it, and notes that.
type recorded struct {
	of   *runtime
	text string
}

// read returns the text for a script that reads it under a name.
func (t recorded) read(name string) string {
	if t.of.hides(t.text) {
		t.of.masked(name)
	}
	return t.text
}

func (t recorded) value(name string) goja.Value { return t.of.vm.ToValue(t.read(name)) }

// reply is the answer as scripts read it.
type reply struct {
	*Response // but for what is below

	StatusText, Protocol, URL recorded
	Headers                   []field
	Cookies                   []cookie
}

// field is a header field of an answer.
type field struct{ name, value recorded }

// cookie is a cookie that an answer sets.
type cookie struct {
	*Cookie // but for what is below

	Name, Value, Domain, Path recorded
}

func (r *runtime) replyOf(response *Response) *reply {
	recorded := func(text string) recorded { return recorded{r, text} }
	a := &reply{Response: response, StatusText: recorded(response.StatusText), Protocol: recorded(response.Protocol), URL: recorded(response.URL)}
	for _, h := range response.Headers {
		a.Headers = append(a.Headers, field{recorded(h.Name), recorded(h.Value)})
	}
	for i := range response.Cookies {
		c := &response.Cookies[i]
		a.Cookies = append(a.Cookies, cookie{c, recorded(c.Name), recorded(c.Value), recorded(c.Domain), recorded(c.Path)})
	}
	return a
}

// headersOf returns the header of the answer.
func (r *runtime) headersOf() []field {
	response := r.responseOf()
	r.hostError(response.NoHeaders)
	return response.Headers
}

// valuesOf returns the values of the header fields of a name, for a script that
// reads them under another.
func valuesOf(fields []field, name, as string) (values []string) {
	for _, f := range fields {
		if strings.EqualFold(f.name.read(as), name) {
			values = append(values, f.value.read(as))
		}
	}
	return values
}

// contentType is the field Content-Type for the API itself: of a script that is given
// what is made of it, the field says nothing.
func (a *reply) contentType(r *runtime) (value string) {
	r.quietly(func() {
		if values := valuesOf(a.Headers, "Content-Type", ""); len(values) > 0 {
			value = values[0]
		}
	})
	return value
}
