package script

import "testing"

// TestTextEncoding protects TextEncoder and TextDecoder.
func TestTextEncoding(t *testing.T) {
	runSnippets(t, []snippet{
		{`Array.from(new TextEncoder().encode("é€")).join()`, "195,169,226,130,172"},
		{`new TextEncoder().encode().length`, "0"},
		{`Object.prototype.toString.call(new TextEncoder().encode("x"))`, "[object Uint8Array]"},
		{`new TextEncoder().encoding`, "utf-8"},
		{`new TextDecoder().decode(new TextEncoder().encode("é€"))`, "é€"},
		{`new TextDecoder().decode(new Uint8Array([0xEF, 0xBB, 0xBF, 65]))`, "A"},
		{`new TextDecoder("utf-8", {ignoreBOM: true}).decode(new Uint8Array([0xEF, 0xBB, 0xBF, 65])).length`, "2"},
		{`new TextDecoder().decode(new Uint8Array([65, 0xFF, 66]))`, "A\uFFFDB"},
		{`new TextDecoder("utf-8", {fatal: true}).decode(new Uint8Array([65, 0xFF, 66]))`, "the bytes are not UTF-8"},
		{`new TextDecoder("latin1").decode(new Uint8Array([0xE9]).buffer)`, "é"},
		{`new TextDecoder().decode(new Uint8Array([65, 66, 67]).subarray(1, 2))`, "B"},
		{`new TextDecoder().decode(new DataView(new Uint8Array([65, 66, 67]).buffer, 1))`, "BC"},
		{`new TextDecoder().decode()`, ""},
		{`new TextDecoder().decode([65])`, "expected an ArrayBuffer or a typed array for `input`, found an array"},
		{`new TextDecoder().decode("a")`, "found the string \"a\""},
		{`new TextDecoder("klingon")`, "the encoding \"klingon\" is not known"},
		{`new TextDecoder().decode(new Uint8Array([65]), {stream: true})`, "the option `stream` is not supported"},
	})
}
