package report

import (
	"encoding/json"
	"testing"
)

// TestEncodeDeceptive protects that JSON on a terminal holds nothing that it obeys, in
// any plane, and is the same text to a program.
func TestEncodeDeceptive(t *testing.T) {
	for text, want := range map[string]string{
		"a<b>é日": `"a<b>é日"`, "\u202e": `"\u202e"`, "\x7f\u009b": `"\u007f\u009b"`,
		"x\U000e0041y": `"x\udb40\udc41y"`, "😀": `"😀"`,
	} {
		got, err := encode(text)
		if err != nil || string(got) != want {
			t.Errorf("%+q: %s, %v, want %s", text, got, err, want)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != text {
			t.Errorf("%s reads back as %+q, %v", got, back, err)
		}
	}
}
