package scope

import (
	"fmt"
	"testing"

	"github.com/postrider/postrider/internal/value"
)

// Header fields of kulala's environments are put together one by one, and are no
// variables.
func TestDefaultHeaders(t *testing.T) {
	tree(t, map[string]string{
		"project/http-client.env.json":             `{"$kulalaShared": {"$kulalaDefaultHeaders": {"X-A": "far", "X-B": "{{b}}", "X-N": 1.50}}, "dev": {"v": "1", "$kulalaDefaultHeaders": {"x-a": "dev"}}}`,
		"project/api/http-client.private.env.json": `{"dev": {"$kulalaDefaultHeaders": {"X-C": "secret"}}}`,
	})
	e, err := loader().Load("project/api", "dev")
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, v := range e.DefaultHeaders() {
		text := v.Text.String()
		if v.Text.IsZero() {
			text = value.Text(v.Value)
		}
		got += fmt.Sprintf("%s=%s/%v ", v.Name, text, v.Secret)
	}
	if want := "X-C=secret/true x-a=dev/false X-B={{b}}/false X-N=1.50/false "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, v := range e.Variables() {
		if v.Name != "v" {
			t.Errorf("`%s` is a variable", v.Name)
		}
	}
}
