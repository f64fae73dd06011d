package runner

import "testing"

// TestAsPeers protects what was found to differ from what httpYac does with the
// same file, and need not.
func TestAsPeers(t *testing.T) {
	get := func(paths ...string) (sent []string) {
		for _, p := range paths {
			sent = append(sent, "GET "+p+" HTTP/1.1")
		}
		return sent
	}
	fails := func(line, why string) []string { return []string{line + ": assertion failed: " + why} }
	const text = "numbers alone have an order: text "
	for _, c := range []goldenFile{
		// Order is one of numbers: as texts, 9 would be more than 10.
		{name: "a text has no order", text: "GET http://h/1\n?? body token > 5", exit: 1, errors: fails("2", text+"`\"t-1\"` is not compared with `5`"), sent: get("/1")},
		{name: "nor beside a number", text: "GET http://h/1\n?? status > many", exit: 1, errors: fails("2", "numbers alone have an order: number `200` is not compared with `many`"), sent: get("/1")},
		{name: "a number in a header field", text: "GET http://h/1\n?? header content-length > 9\n?? header content-length < 1e2", sent: get("/1")},
		{name: "a number in a header field that is too small", text: "GET http://h/1\n?? header content-length >= 100", exit: 1, errors: []string{"2: assertion failed"}, sent: get("/1")},
	} {
		t.Run(c.name, c.run)
	}
}
