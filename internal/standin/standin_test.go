package standin

import (
	"strings"
	"testing"
)

// TestSet protects that a stand-in survives whatever a request does with it: it is
// found anywhere in a text, also beside digits, and equal values have equal ones.
func TestSet(t *testing.T) {
	s := New()
	ticket, token := s.Make(Value{Shown: "{{ticket}}", From: "a"}), s.Make(Value{Shown: "***", From: "b", Shell: "$(x)", Token: true})
	if s.Make(Value{Shown: "{{ticket}}", From: "a"}) != ticket || token == ticket || strings.Trim(ticket+token, "0123456789") != "" {
		t.Fatalf("%s, %s", ticket, token)
	}
	for _, test := range []struct {
		text, shown, from string
		holds, is, leads  bool
	}{
		{"plain 12", "plain 12", "", false, false, false},
		{ticket, "{{ticket}}", "a", true, true, true},
		{token + ticket, "***{{ticket}}", "b", true, true, true},
		{"7" + ticket + "7", "7{{ticket}}7", "a", true, false, false},
		{"h:" + ticket + "/" + token, "h:{{ticket}}/***", "a", true, false, false},
		{ticket[:len(ticket)-1], ticket[:len(ticket)-1], "", true, false, true}, // cut off
	} {
		if got := s.Show(test.text); got != test.shown || s.From(test.text) != test.from {
			t.Errorf("%s is shown as %s, from %q", test.text, got, s.From(test.text))
		}
		if s.Holds(test.text) != test.holds || s.Is(test.text) != test.is || s.Leads(test.text) != test.leads {
			t.Errorf("%s: %v, %v, %v", test.text, s.Holds(test.text), s.Is(test.text), s.Leads(test.text))
		}
	}
	var none *Set
	if none.Holds(ticket) || none.Is(ticket) || none.Leads(ticket) || none.Show(ticket) != ticket || len(none.Cut(ticket)) != 1 {
		t.Error("a run that sends has stand-ins")
	}
}

// TestShell protects the variables of the shell: one for each value that has none of
// its own, and never one for two.
func TestShell(t *testing.T) {
	s := New()
	for _, test := range []struct {
		v    Value
		want string
	}{
		{Value{Shown: "{{a.b}}"}, "${POSTRIDER_VAR_a_b:?}"},
		{Value{Shown: "{{a-b}}"}, "${POSTRIDER_VAR_a_b_2:?}"},
		{Value{Shown: "{{a b}}"}, "${POSTRIDER_VAR_a_b_3:?}"},
		{Value{Shown: "***", Shell: "$(x)"}, "$(x)"},
	} {
		if got := s.Cut(s.Make(test.v))[0].Value.Shell; got != test.want {
			t.Errorf("%s: %s, want %s", test.v.Shown, got, test.want)
		}
	}
}
