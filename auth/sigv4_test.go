package auth

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rogpeppe/go-internal/txtar"
)

const (
	awsTestID     = "AKIDEXAMPLE"
	awsTestSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

// awsCase reads a request of the test suite. Its target stands there before it is
// encoded.
func awsCase(t *testing.T, text string) *http.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	target := rest[:strings.LastIndex(rest, " ")]
	path, query, _ := strings.Cut(target, "?")
	hop := &http.Request{Method: method, Header: make(http.Header), URL: &url.URL{Scheme: "https", Path: path, RawQuery: query}}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if name == "Host" {
			hop.Host, hop.URL.Host = value, value
			continue
		}
		hop.Header[name] = append(hop.Header[name], value)
	}
	hop.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(strings.TrimSuffix(body, "\n"))), nil
	}
	return hop
}

// The test suite that AWS has published.
func TestSignatureVectors(t *testing.T) {
	suite, err := txtar.ParseFile("testdata/sigv4.txtar")
	if err != nil {
		t.Fatal(err)
	}
	cases := make(map[string]map[string]string)
	for _, f := range suite.Files {
		name, part, _ := strings.Cut(f.Name, ".")
		if cases[name] == nil {
			cases[name] = make(map[string]string)
		}
		cases[name][part] = string(f.Data)
	}
	if len(cases) < 30 {
		t.Fatalf("only %d cases", len(cases))
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			hop := awsCase(t, c["req"])
			a := &awsSignature{id: awsTestID, secret: awsTestSecret, region: "us-east-1", service: "service"}
			sum, err := bodySum(hop, sha256.New())
			if err != nil {
				t.Fatal(err)
			}
			// The suite signs paths that were never encoded; a request that is sent
			// has encoded them before they are encoded for the signature.
			sent := &url.URL{Path: hop.URL.Path, RawQuery: hop.URL.RawQuery}
			if got, want := canonicalPath(sent, false), strings.Split(c["creq"], "\n")[1]; strings.Contains(want, "%") {
				if got != strings.ReplaceAll(want, "%", "%25") {
					t.Errorf("path %s, want %s encoded once more", got, want)
				}
				return
			}
			if got, _ := canonicalRequest(hop, hop.Host, sum, false); got != strings.TrimSuffix(c["creq"], "\n") {
				t.Fatalf("canonical request\n%s\nwant\n%s", got, c["creq"])
			}
			if err := a.apply(hop); err != nil {
				t.Fatal(err)
			}
			if got, want := hop.Header.Get("Authorization"), strings.TrimSuffix(c["authz"], "\n"); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// S3 takes paths as they are sent, relative segments and all, and wants to be
// told the checksum of the body. The example is that of its documentation.
func TestSignatureForS3(t *testing.T) {
	a := &awsSignature{id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	hop := hopTo(t, "https://examplebucket.s3.us-east-1.amazonaws.com/test%24file.text", "X-Amz-Date", "20130524T000000Z",
		"Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY")
	hop.Method, hop.Host = "PUT", "examplebucket.s3.amazonaws.com"
	hop.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("Welcome to Amazon S3.")), nil
	}
	if err := a.apply(hop); err != nil {
		t.Fatal(err)
	}
	const want = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
		"SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, " +
		"Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
	if got := hop.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := hop.Header.Get("X-Amz-Content-Sha256"); got != "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072" {
		t.Errorf("checksum %s", got)
	}
	for path, want := range map[string]string{"/a//b/../c": "/a//b/../c", "/a b": "/a%20b", "": "/"} {
		if got := canonicalPath(&url.URL{Path: path}, true); got != want {
			t.Errorf("%q is signed as %q, want %q", path, got, want)
		}
	}
}

func TestSignatureScope(t *testing.T) {
	for host, want := range map[string]string{
		"iam.amazonaws.com":                           "us-east-1 iam",
		"sts.eu-central-1.amazonaws.com":              "eu-central-1 sts",
		"id1.execute-api.us-west-2.amazonaws.com":     "us-west-2 execute-api",
		"bucket.s3.eu-west-1.amazonaws.com":           "eu-west-1 s3",
		"search-x.us-east-2.es.amazonaws.com":         "us-east-2 es",
		"ec2.cn-north-1.amazonaws.com.cn":             "cn-north-1 ec2",
		"EC2.US-GOV-WEST-1.AMAZONAWS.COM":             "us-gov-west-1 ec2",
		"api.example.com":                             "",
		"amazonaws.com":                               "",
		"sts.eu-central-1.amazonaws.com.evil.example": "",
		"sts.eu-central-1.notamazonaws.com":           "",
		"s3..amazonaws.com":                           "us-east-1 ",
		"x.lambda-url.eu-central-1.on.aws":            "",
		"vpce-1.s3.us-east-1.vpce.amazonaws.com":      "us-east-1 vpce",
		"dynamodb.us-east-1.amazonaws.com":            "us-east-1 dynamodb",
		"email.ap-southeast-2.amazonaws.com":          "ap-southeast-2 email",
	} {
		region, service, err := new(awsSignature).scope(host)
		if got := region + " " + service; (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%s: %q, %v, want %q", host, got, err, want)
		}
	}
	region, service, err := (&awsSignature{region: "r", service: "s"}).scope("localhost")
	if region != "r" || service != "s" || err != nil {
		t.Errorf("%s, %s, %v", region, service, err)
	}
	if region, service, _ = (&awsSignature{region: "r"}).scope("sqs.eu-west-3.amazonaws.com"); region != "r" || service != "sqs" {
		t.Errorf("%s, %s: what is given does not win", region, service)
	}
}

// A request is signed as it is sent: after everything else, with the query, the
// cookies and the token of the session, and at the time of sending.
func TestSignatureIsLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where it is the year 2000
		m, _ := testManager(t, nil)
		b := bind(t, m, directive("aws access_key_id=AKID secret_access_key=hush-hush session_token=sess-token region=r service=s"))
		u, _ := url.Parse("https://api.example.com/a?b=2&a=1")
		if err := b.CheckURL(u); err != nil {
			t.Fatal(err)
		}
		hop := hopTo(t, u.String(), "Cookie", "c=d", "User-Agent", "x")
		hop.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("body"))), nil }
		applied, err := b.Apply(t.Context(), hop, nil)
		if err != nil || !applied {
			t.Fatal(applied, err)
		}
		got := hop.Header.Get("Authorization")
		for _, want := range []string{"Credential=AKID/20000101/r/s/aws4_request", "SignedHeaders=cookie;host;x-amz-date;x-amz-security-token,"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s has no %s", got, want)
			}
		}
		if hop.Header.Get("X-Amz-Security-Token") != "sess-token" || hop.Header.Get("X-Amz-Date") != "20000101T000000Z" {
			t.Errorf("header %v", hop.Header)
		}
		if again, err := b.Challenge(t.Context(), unauthorized(hop)); again || err != nil {
			t.Error("a signature that is refused is sent again", err)
		}
		if err := b.CheckURL(u); err != nil {
			t.Error(err)
		}
	})
}

// Without region and service the host must tell them, and that is known before
// anything is sent.
func TestSignatureOfUnknownHost(t *testing.T) {
	m, _ := testManager(t, nil)
	b := bind(t, m, directive("aws access_key_id=AKID secret_access_key=hush-hush"))
	u, _ := url.Parse("https://api.example.com/")
	if err := b.CheckURL(u); err == nil || !strings.Contains(err.Error(), "give `region` and `service`") {
		t.Errorf("got %v", err)
	}
	u, _ = url.Parse("https://sqs.eu-west-1.amazonaws.com/")
	if err := b.CheckURL(u); err != nil {
		t.Error(err)
	}
}

// The names of header fields may be written in any case, as AWS writes them itself:
// nothing is added beside them, and the signature is the same every time.
func TestSignatureOfAnyCase(t *testing.T) {
	const date, sum = "20250101T000000Z", "UNSIGNED-PAYLOAD"
	sign := func(header http.Header) http.Header {
		hop := hopTo(t, "https://b.s3.us-east-1.amazonaws.com/k")
		hop.Header = header
		if err := (&awsSignature{id: awsTestID, secret: awsTestSecret, token: "session"}).apply(hop); err != nil {
			t.Fatal(err)
		}
		return hop.Header
	}
	want := sign(http.Header{"X-Amz-Date": {date}, "X-Amz-Content-Sha256": {sum}, "X-A": {"1", "2"}}).Get("Authorization")
	for range 20 {
		got := sign(http.Header{
			"x-amz-date": {date}, "x-amz-content-sha256": {sum}, "x-amz-security-token": {"old"}, "authorization": {"old"},
			"X-A": {"1"}, "x-a": {"2"},
		})
		if got.Get("Authorization") != want {
			t.Fatalf("signed %s, want %s", got.Get("Authorization"), want)
		}
		names := strings.Join(sortedKeys(got), " ")
		if names != "Authorization X-A X-Amz-Security-Token x-a x-amz-content-sha256 x-amz-date" || got.Get("X-Amz-Security-Token") != "session" {
			t.Fatalf("sent %v", got)
		}
	}
}
