package runner

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/secret"
)

// allEvents returns one of each type of event.
func allEvents() []EventData {
	return []EventData{
		new(RunStarted), new(MessageEvent), new(FileStarted), new(RequestStarted), new(TryFailed), new(TokenEvent),
		new(RequestFinished), new(RequestPlanned), new(FileFinished), new(RunFinished),
	}
}

// ours are the texts of events that are of ours, whatever is sent and answered: they
// are not masked. They are sorted.
var ours = []string{
	"FileFinished.Path",
	"FileStarted.Path",
	"FileStarted.ProjectPath",
	"MessageEvent.Message.Code",
	"MessageEvent.Message.File",
	"RequestFinished.Checks.Kind",
	"RequestFinished.Checks.Message.Code",
	"RequestFinished.Checks.Message.File",
	"RequestFinished.Hops.Cause",
	"RequestFinished.Hops.TLS.Cipher",
	"RequestFinished.Hops.TLS.Version",
	"RequestFinished.Log.Level",
	"RequestFinished.Log.Path",
	"RequestFinished.Outcome",
	"RequestFinished.Path",
	"RequestFinished.Problems.Code",
	"RequestFinished.Problems.File",
	"RequestFinished.Recorded.Withheld",
	"RequestPlanned.Path",
	"RequestPlanned.Role",
	"RunStarted.Replay",
	"RunStarted.Shard",
	"RunStarted.Shuffle",
	"TokenEvent.Kind",
	"TryFailed.Hops.Cause",
	"TryFailed.Hops.TLS.Cipher",
	"TryFailed.Hops.TLS.Version",
	"TryFailed.Problems.Code",
	"TryFailed.Problems.File",
	"TryFailed.Recorded.Withheld",
}

// TestMaskEvent protects every text of every event: it is masked, unless it is one of
// a few of ours.
func TestMaskEvent(t *testing.T) {
	const value = "Very-Secret-Value"
	var secrets secret.Set
	secrets.Add(value)
	var open []string
	var events []string
	for _, e := range allEvents() {
		at := reflect.ValueOf(e).Elem()
		name := at.Type().Name()
		events = append(events, name)
		fill(at, "x"+value)
		if f := at.FieldByName("Recorded"); f.IsValid() { // what is not masked yet is in a field of its own
			recorded := f.Interface().(*Recorded)
			recorded.Content, recorded.content = "", []byte(recorded.Content)
		}
		maskEvent(e, &secrets)
		walk(at, name, func(path, text string) {
			if text == "" {
				t.Errorf("%s: nothing is left", path)
			}
			if strings.Contains(strings.ToLower(text), strings.ToLower(value)) {
				open = append(open, path)
			}
		})
	}
	slices.Sort(open)
	if open = slices.Compact(open); !slices.Equal(open, ours) {
		t.Errorf("not masked:\n%s\nwant:\n%s", strings.Join(open, "\n"), strings.Join(ours, "\n"))
	}

	parsed, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "event" {
			name := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
			if !slices.Contains(events, name) {
				t.Errorf("%s is not looked at", name)
			}
		}
	}
}

// fill puts a text wherever one may stand.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() && v.Type().Field(i).IsExported() {
				fill(v.Field(i), text)
			}
		}
	case reflect.Map, reflect.Interface, reflect.Array:
		panic(fmt.Sprintf("no text can be put into %s", v.Type()))
	}
}

// walk visits the texts of a value.
func walk(v reflect.Value, path string, visit func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); v.Type() != reflect.TypeFor[time.Time]() && f.IsExported() {
				walk(v.Field(i), path+"."+f.Name, visit)
			}
		}
	}
}

// notWithheld are the texts of events that @no-log leaves there. They are sorted.
var notWithheld = []string{
	"RequestFinished.Checks.Kind",
	"RequestFinished.Checks.Message",
	"RequestFinished.Checks.Note",
	"RequestFinished.Checks.Text",
	"RequestFinished.Hops.Cause",
	"RequestFinished.Hops.Method",
	"RequestFinished.Hops.Proto",
	"RequestFinished.Hops.StatusText",
	"RequestFinished.Hops.TLS.Cipher",
	"RequestFinished.Hops.TLS.Issuer",
	"RequestFinished.Hops.TLS.Names",
	"RequestFinished.Hops.TLS.Subject",
	"RequestFinished.Hops.TLS.Version",
	"RequestFinished.Hops.URL",
	"RequestFinished.Name",
	"RequestFinished.NeededBy",
	"RequestFinished.Outcome",
	"RequestFinished.Path",
	"RequestFinished.Problems",
	"RequestFinished.Proposal.Directives",
	"RequestFinished.Proposal.Status",
	"RequestFinished.Reason",
	"RequestFinished.Saved",
	"RequestPlanned.Name",
	"RequestPlanned.NeededBy",
	"RequestPlanned.Notes",
	"RequestPlanned.Path",
	"RequestPlanned.Repeated",
	"RequestPlanned.Role",
	"RequestPlanned.Sent.Method",
	"RequestPlanned.Sent.Proto",
	"RequestPlanned.Sent.Proxy",
	"RequestPlanned.Sent.URL",
	"RequestPlanned.Unsure",
	"RequestPlanned.Values.From",
	"RequestPlanned.Values.Text",
	"TryFailed.Hops.Cause",
	"TryFailed.Hops.Method",
	"TryFailed.Hops.Proto",
	"TryFailed.Hops.StatusText",
	"TryFailed.Hops.TLS.Cipher",
	"TryFailed.Hops.TLS.Issuer",
	"TryFailed.Hops.TLS.Names",
	"TryFailed.Hops.TLS.Subject",
	"TryFailed.Hops.TLS.Version",
	"TryFailed.Hops.URL",
	"TryFailed.Name",
	"TryFailed.Problems",
	"TryFailed.Reason",
}

// TestWithhold protects that nothing which came of sending a request with @no-log
// reaches a sink, but what is listed.
func TestWithhold(t *testing.T) {
	var open []string
	for _, e := range allEvents() {
		at := reflect.ValueOf(e).Elem()
		mark := at.FieldByName("NoLog")
		if !mark.IsValid() {
			continue
		}
		fill(at, "x")
		before := 0
		walk(at, "", func(string, string) { before++ })
		withhold(e)
		after := 0
		walk(at, "", func(string, string) { after++ })
		if after != before {
			t.Errorf("%s: something is withheld without @no-log", at.Type().Name())
		}
		mark.SetBool(true)
		withhold(e)
		walk(at, at.Type().Name(), func(path, text string) {
			for _, message := range []string{".Message", ".Problems"} { // composed without values
				if before, _, is := strings.Cut(path, message); is {
					path = before + message
				}
			}
			if text != "" {
				open = append(open, path)
			}
		})
	}
	slices.Sort(open)
	if open = slices.Compact(open); !slices.Equal(open, notWithheld) {
		t.Errorf("not withheld:\n%s", strings.Join(open, "\n"))
	}
}
