package script

import (
	"fmt"
	"testing"
)

// TestHash protects the hash functions: the vectors of RFC 1321, FIPS 180 (abc),
// and of the empty message.
func TestHash(t *testing.T) {
	for _, test := range []struct{ name, message, want string }{
		{"md5", "", "d41d8cd98f00b204e9800998ecf8427e"},
		{"md5", "message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
		{"sha1", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"sha384", "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
		{"sha512", "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
	} {
		src := fmt.Sprintf("crypto.%s().updateWithText(%q).digest().toHex()", test.name, test.message)
		if got := newTestLibrary(t).run(src); got != test.want {
			t.Errorf("%s = %s, want %s", src, got, test.want)
		}
	}
}

// TestHMAC protects hmac: the vectors of RFC 4231 (test cases 1, 2 and 6) and of
// RFC 2202 (2).
func TestHMAC(t *testing.T) {
	key1, key6 := `withHexSecret("0b".repeat(20)).updateWithText("Hi There")`, `withHexSecret("aa".repeat(131)).updateWithText("Test Using Larger Than Block-Size Key - Hash Key First")`
	const jefe = `withTextSecret("Jefe").updateWithText("what do ya want ").updateWithHex("666f72206e6f7468696e673f")`
	for _, test := range []struct{ name, message, want string }{
		{"md5", jefe, "750c783e6ab0b503eaa86e310a5db738"},
		{"sha1", jefe, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
		{"sha256", key1, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"sha256", jefe, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{"sha256", key6, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
		{"sha384", key1, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
		{"sha512", key1, "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
	} {
		src := "crypto.hmac." + test.name + "()." + test.message + ".digest().toHex()"
		if got := newTestLibrary(t).run(src); got != test.want {
			t.Errorf("%s = %s, want %s", src, got, test.want)
		}
	}
}

// TestHashForms protects how the parts are written, and what is refused.
func TestHashForms(t *testing.T) {
	runSnippets(t, []snippet{
		{`crypto.sha256().updateWithText("").digest().toBase64()`, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		{`crypto.sha256().updateWithText("").digest().toBase64(true)`, "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"},
		{`crypto.md5().digest().toHex()`, "d41d8cd98f00b204e9800998ecf8427e"},
		{`var h = crypto.md5().updateWithText("a"); h.digest().toHex() === h.digest().toHex()`, "true"},
		{`crypto.sha1().updateWithBase64("+/8=").digest().toHex() === crypto.sha1().updateWithHex("fbFF").digest().toHex()`, "true"},
		{`crypto.sha1().updateWithBase64("-_8", true).digest().toHex() === crypto.sha1().updateWithHex("fbff").digest().toHex()`, "true"},
		{`crypto.md5().updateWithText("é", "ISO-8859-1").digest().toHex() === crypto.md5().updateWithHex("e9").digest().toHex()`, "true"},
		{`crypto.md5().updateWithText("é", "UTF-8").digest().toHex() === crypto.md5().updateWithHex("c3a9").digest().toHex()`, "true"},
		{`crypto.hmac.sha256().withBase64Secret("SmVmZQ==").updateWithText("x").digest().toHex() === crypto.hmac.sha256().updateWithText("x").withTextSecret("Jefe").digest().toHex()`, "true"},
		{`crypto.md5().updateWithText("€", "latin1")`, "the text cannot be written in latin1"},
		{`crypto.md5().updateWithText("a", "klingon")`, "the encoding \"klingon\" is not known"},
		{`crypto.md5().updateWithHex("abc")`, "`crypto.md5().updateWithHex`: expected pairs of hexadecimal digits, found \"abc\""},
		{`crypto.md5().updateWithBase64("-_8")`, "expected Base64, found"},
		{`crypto.md5().updateWithBase64("+/8=", true)`, "expected Base64 of the alphabet for URLs"},
		{`crypto.md5().updateWithBase64("AAAA\nAAAA")`, "expected Base64, found"},
		{`crypto.md5().updateWithText(7)`, "expected a string for `text`, found the number 7"},
		{`crypto.md5().updateWithText()`, "`text` is missing; it is a string"},
		{`crypto.md5().updateWithText(undefined)`, "found undefined"},
		{`crypto.hmac.sha256().updateWithText("x").digest()`, "there is no secret: call `withTextSecret`"},
		{`crypto.md5().withTextSecret("x")`, "has no member `withTextSecret`"},
		{`crypto.md5().digest().toHexx()`, "write `digest().toHex`"},
		{`/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())`, "true"},
	})
}
