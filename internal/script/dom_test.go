package script

import (
	"strings"
	"testing"

	"github.com/dop251/goja"
)

const (
	xmlDocument  = "var d = new DOMParser().parseFromString('<?xml version=\"1.0\"?><!-- c --><users xmlns:x=\"urn:x\" count=\"2\"><user id=\"a\"><name>Ann</name></user>\\n<user id=\"b\" x:k=\"v\"><name>Bob</name><x:note>n</x:note></user></users>', 'application/xml'); "
	htmlDocument = "var d = new DOMParser().parseFromString('<title> A  b </title><div id=top class=\"a b\"><p>one<p class=b>two<input name=q value=7></div>', 'text/html'); "
)

// TestDocument protects the members of documents that scripts use.
func TestDocument(t *testing.T) {
	runSnippets(t, []snippet{
		{xmlDocument + `[d.nodeName, d.nodeType, d.nodeValue, d.textContent, d.contentType, d.childNodes.length, d.children.length].join()`, "#document,9,,,application/xml,2,1"},
		{xmlDocument + `var e = d.documentElement; [e.nodeName, e.tagName, e.nodeType, e.nodeValue, e.textContent].join()`, "users,users,1,,Ann\nBobn"},
		{xmlDocument + `d.documentElement === d.documentElement && d.documentElement.firstChild.parentNode === d.documentElement`, "true"},
		{xmlDocument + `d.getElementsByTagName("user").length + d.getElementsByTagName("*").length + d.getElementsByTagName("x:note").length + d.getElementsByTagName("User").length`, "9"},
		{xmlDocument + `d.getElementsByTagName("user")[1].getAttribute("id")`, "b"},
		{xmlDocument + `d.getElementsByTagName("user").item(0).getAttribute("none") === null && d.getElementsByTagName("user").item(9) === null`, "true"},
		{xmlDocument + `Array.from(d.getElementsByTagName("name")).map(n => n.textContent).join()`, "Ann,Bob"},
		{xmlDocument + `var s = ""; for (const n of d.documentElement.childNodes) s += n.nodeType; s`, "131"},
		{xmlDocument + `var s = []; d.documentElement.childNodes.forEach(n => s.push(n.nodeName)); s.join()`, "user,#text,user"},
		{xmlDocument + `var u = d.documentElement.lastChild; [u.previousSibling.nodeValue, u.previousElementSibling.id, u.nextSibling, u.attributes.length, u.attributes[0].name, u.attributes.getNamedItem("x:k").value, u.getAttributeNS("urn:x", "k"), u.hasAttribute("x")].join("|")`, "\n|a||2|id|v|v|false"},
		{xmlDocument + `var n = d.getElementsByTagNameNS("urn:x", "*")[0]; [n.prefix, n.localName, n.namespaceURI, n.ownerDocument === d, d.documentElement.contains(n)].join()`, "x,note,urn:x,true,true"},
		{xmlDocument + `var a = d.documentElement.getAttributeNode("count"); [a.nodeType, a.nodeName, a.value, a.nodeValue, a.ownerElement.nodeName, a.parentNode].join()`, "2,count,2,2,users,"},
		{xmlDocument + `d.getElementById("b").firstElementChild.textContent + d.getElementById("zz")`, "Bobnull"},
		{xmlDocument + `d.documentElement.firstChild.outerHTML + d.documentElement.firstChild.innerHTML`, `<user id="a"><name>Ann</name></user><name>Ann</name>`},
		{xmlDocument + `String(d.documentElement.firstChild.firstChild.firstChild)`, "Ann"},
		{xmlDocument + `d.firstChild.nodeType + d.firstChild.data`, "8 c "},
		{xmlDocument + `typeof d.documentElement.getAttribute + typeof d.toJSON + ("tagName" in d.documentElement)`, "functionundefinedtrue"},
		{htmlDocument + `[d.title, d.body.nodeName, d.head.tagName, d.documentElement.nodeName, d.getElementsByTagName("P").length].join()`, "A b,BODY,HEAD,HTML,2"},
		{htmlDocument + `var e = d.getElementById("top"); [e.className, e.getElementsByClassName("b").length, e.childElementCount, e.getAttribute("CLASS"), d.getElementsByName("q")[0].getAttribute("value"), e.innerText].join()`, "a b,1,2,a b,7,onetwo"},
		{htmlDocument + `d.getElementById("top").getAttributeNames().join()`, "id,class"},
		{htmlDocument + `d.getElementById("top").firstChild.firstChild.textContent`, "one"},
	})
}

// TestDocumentRefusals protects that what a document is not, and cannot do, is an
// error.
func TestDocumentRefusals(t *testing.T) {
	runSnippets(t, []snippet{
		{`new DOMParser().parseFromString("<a><b></a>", "text/xml")`, "`DOMParser.parseFromString`: the text is no text/xml: line 1, column 7: `</a>` closes `<b>` of line 1"},
		{`new DOMParser().parseFromString("", "application/xml")`, "it is empty"},
		{`new DOMParser().parseFromString("<a/>", "application/json")`, "expected `text/html`, `text/xml`"},
		{`new DOMParser().parseFromString("<a/>")`, "`type` is missing"},
		{`new DOMParser().parseFromString({}, "text/xml")`, "expected a string for `text`, found an object"},
		{xmlDocument + `d.documentElement.textContents`, "`Element` has no member `textContents` | write `Element.textContent`"},
		{xmlDocument + `d.getElementByID("x")`, "`Document` has no member `getElementByID` | write `Document.getElementById`"},
		{xmlDocument + `d.documentElement.textContent = "x"`, "`Element.textContent` cannot be changed: documents are read-only"},
		{xmlDocument + `d.createElement("x")`, "documents cannot be changed"},
		{xmlDocument + `d.documentElement.childNodes[0] = 1`, "a list of nodes cannot be changed"},
		{xmlDocument + `d.documentElement.getAttribute()`, "`getAttribute`: `name` is missing"},
		{xmlDocument + `d.documentElement.getAttribute.call({}, "x")`, "it was called on an object"},
	})
}

// TestSelector protects the selectors of querySelector and its like.
func TestSelector(t *testing.T) {
	l := newTestLibrary(t)
	if got := l.run(`d = new DOMParser().parseFromString('<ul id=u class="x y"><li>1</li><li class=k data-n="de-AT foo">2</li><li>3<b>4</b></li><li></li></ul><p>5</p><a href="http://h/x.pdf">6</a>', "text/html");
		q = s => Array.from(d.querySelectorAll(s)).map(e => e.firstChild ? e.firstChild.textContent : "-").join(""); 1`); got != "1" {
		t.Fatal(got)
	}
	for _, test := range []struct{ selector, want string }{
		{"li", "123-"}, {"LI", "123-"}, {"ul li", "123-"}, {"ul > b", ""}, {"ul>li>b", "4"}, {"body b", "4"}, {"li.k", "2"}, {".x.y li:first-child", "1"},
		{"#u li:last-child", "-"}, {"li:nth-child(2)", "2"}, {"li:nth-child(odd)", "13"}, {"li:nth-child(even)", "2-"}, {"li:nth-child(2n + 1)", "13"},
		{"li:nth-child(-n+2)", "12"}, {"li:nth-last-child(1)", "-"}, {"li + li", "23-"}, {".k ~ li", "3-"}, {"li:not(.k)", "13-"}, {"li:not(.k, :empty)", "13"},
		{"li:empty", "-"}, {"b, p", "45"}, {"[data-n]", "2"}, {"[data-n~=foo]", "2"}, {"[data-n|=de]", "2"}, {`a[href^="http:"]`, "6"}, {"a[href$='.pdf']", "6"},
		{`[href*="//h/"]`, "6"}, {"[href='x']", ""}, {"p:only-child", ""}, {"b:only-child", "4"}, {"*:is(p,b)", "45"}, {"ul p", ""}, {"a[href^='']", ""},
	} {
		if got := l.run("q(`" + test.selector + "`)"); got != test.want {
			t.Errorf("%s selects %q, want %q", test.selector, got, test.want)
		}
	}
	for _, test := range []struct{ selector, want string }{
		{"", "ends too early"}, {"a:hover", "has the pseudo-class `:hover`, which is not supported"}, {"a[b", "lacks `]`"}, {"a >", "ends too early"},
		{"a[b!=c]", "has the operator `!=`, which does not exist"}, {"a,,b", "lacks a name"}, {"a)", "cannot be read from \")\""}, {"a:nth-child(x)", "in the place of a number"},
		{"a:not(b", "lacks `)`"}, {`a["x]`, "lacks a name"}, {"[a='x]", "quotation that does not end"}, {strings.Repeat(":not(", 20), "nested too deep"}, {"..a", "lacks a name"},
	} {
		if got := l.run("q(`" + test.selector + "`)"); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %s", test.selector, got, test.want)
		}
	}
	if got := l.run(`var b = d.querySelector("b"); [b.matches("li b"), b.matches("p"), b.closest("ul").id, b.closest("p"), d.querySelector("i")].join()`); got != "true,false,u,," {
		t.Errorf("matches and closest: %s", got)
	}
}

// TestTooMuchWork protects from calls that the engine cannot interrupt.
func TestTooMuchWork(t *testing.T) {
	runSnippets(t, []snippet{
		{`d = new DOMParser().parseFromString("<a>".repeat(300) + "</a>".repeat(300), "text/xml"); d.querySelectorAll("x a a a a a a a")`, "it visits more than 20000000 nodes"},
		{`var o = {}; for (let i = 0, p = o; i < 300; i++) p = p.a = {}; jsonPath(o, "$..*..*..*..x")`, "it matches more than 1000000 values"},
	})
}

// TestXPath protects the function xpath of JetBrains.
func TestXPath(t *testing.T) {
	runSnippets(t, []snippet{
		{xmlDocument + `xpath(d, "//user/name").map(n => n.textContent).join()`, "Ann,Bob"},
		{xmlDocument + `xpath(d, "//user/@id")[1].value + xpath(d, "//user/@id")[1]`, "bb"},
		{xmlDocument + `xpath(d, "//name/text()") + ""`, "Ann,Bob"},
		{xmlDocument + `xpath(d, "/users/user[2]")[0] === d.documentElement.lastChild`, "true"},
		{xmlDocument + `xpath(d.documentElement.lastChild, "name")[0].textContent`, "Bob"},
		{xmlDocument + `xpath(d.documentElement.lastChild, "/users/@count") + ""`, "2"},
		{xmlDocument + `xpath(d, "count(//user)") === 2 && xpath(d, "string(//name)") === "Ann" && xpath(d, "//user/@id = 'b'") === true`, "true"},
		{xmlDocument + `xpath(d, "//x:note").length + xpath(d, "//none").length`, "1"},
		{xmlDocument + `Array.isArray(xpath(d, "//none"))`, "true"},
		{htmlDocument + `xpath(d, "//p[@class='b']/text()")[0].nodeValue`, "two"},
		{xmlDocument + `xpath(d, "//y:note")`, "`xpath`: the XPath \"//y:note\": the prefix `y` is declared nowhere in the document: compare the name without it"},
		{xmlDocument + `xpath(d, "//user[")`, "`xpath`: the XPath \"//user[\":"},
		{`xpath("<a/>", "//a")`, "read it with `new DOMParser()"},
		{`xpath(null, "//a")`, "expected a document or a node for `node`, found null"},
		{`xpath({a: 1}, "//a")`, "expected a document or a node for `node`, found an object"},
		{xmlDocument + `xpath(d)`, "`expression` is missing"},
	})
}

// FuzzDocument protects the objects of documents: whatever is read, walking over
// all of it ends, and each node is found by its parent.
func FuzzDocument(f *testing.F) {
	for _, s := range []string{"<a b='c'>d<!--e--><f/></a>", "<p>1<p>2<table>3<td>4", "<svg><a/></svg>", "<?x y?><a xmlns:p='u' p:q='r'/>", "<a><b></a>", ""} {
		f.Add(s, "text/html", "a > b, :not(c)")
		f.Add(s, "text/xml", "a[b='c'] ~ f:nth-child(2n+1)")
	}
	program := goja.MustCompile("walk", `(function() { var n = 0, queue = [d];
		while (queue.length) {
			const e = queue.pop();
			for (const c of e.childNodes) { if (c.parentNode !== e) throw new Error("parent of " + c); queue.push(c); n++ }
			String(e); e.textContent; e.nodeName;
		}
		try { d.querySelectorAll(selector) } catch (e) { if (!(e instanceof TypeError)) throw e } })()`, false)
	f.Fuzz(func(t *testing.T, s, mime, selector string) {
		l := newTestLibrary(t)
		d, err := l.parseDocument([]byte(s), mime)
		if err != nil || len(s) > 2000 {
			return
		}
		l.scope.Set("d", d)
		l.scope.Set("selector", l.vm.ToValue(selector))
		if _, err := l.vm.RunProgram(program); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	})
}
