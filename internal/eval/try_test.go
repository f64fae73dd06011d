package eval
import ("testing";"fmt";"net/http";"time")
type nm struct{}
func (nm) Variable(n string) bool { return n=="base"||n=="my-var"||n=="n" }
func (nm) Request(n string) bool { return n=="login" }
func (nm) Candidates() []string { return []string{"base","my-var","n","login"} }
func TestTry(t *testing.T) {
	a := &Answer{Status:200,StatusText:"OK",Proto:"HTTP/1.1",URL:"http://x/",Header:http.Header{"Content-Type":{"application/json"},"X-Id":{"1","2"}},Content:[]byte(`{"items":[{"id":"t-1","n":1.0,"processed":false},{"id":"t-2","n":9007199254740993,"processed":true}],"empty":[],"name":"bob","big":1e400}`),Duration:2310*time.Millisecond}
	env := &Env{Answer:a, Variable: func(n string)(any,error){ if n=="n" {return 5,nil}; return "v:"+n,nil}, Request: func(string)(*Answer,error){return a,nil}}
	for _, src := range []string{
		`status == 200`, `status == "200"`, `body.items[0].id != "" and duration < 2000`, `body.items[0].idd == "x"`, `body.items[1].n == 9007199254740993`,`body.items[1].n == 9007199254740992`,
		`0.1+0.2 == 0.3`, `body.big > 1e399`, `json("items.#(processed==false)#|#") > 0`, `json("items.0.idd") == 1`, `json("items.0.idd") == nil`, `respons.status == 1`,`all(body.empty, .id == 1)`,
		`len(body.items) == 3`, `body.items[5].id == 1`, `body?.x.y == nil`, `body.name?.x ?? "d" == "d"`, `login.response.body.name == "bob"`, `login.status == 200`, `my-var == "x"`, `{{base}} == 1`, `body not_contains x`, `header.X exists`, `json.a == 1`, `status == 200 = 1`, `status === 200`, `headers["x-id"] == "1, 2"`, `headers.foo == "x"`, `body.name contains 5`, `body == {"a":1}`, `status in 200..299`, `status in ["200"]`, `(a or b`, `filter(body.items, .processed)[0].id == "t-2"`, `now() > date("2020-01-01")`, `sum(body.items, .n) == 9007199254740994`, `xpath("//a") == 1`, `jsonpath("$.items[?@.processed==true].id") == ["t-2"]`, `jsonpath("$.items[0].id") == "t-1"`, `jsonpath("$.items[0].idd") == "t-1"`, `status`, `body.items`, `let x = body.items; len(x) == 2`, `body.name matches "^b("`,  `base == 1`, `not (body.name == "bob")`, `type(1.5) == "float"`, `has("items.0.id")`, `"é" == "é" and body.zzz == 1`, `body.items[0].n == 1`,`map(body.items, .id) == ["t-1","t-3"]`,
	} {
		p, err := Compile(src, Condition, nm{})
		if err != nil { fmt.Printf("%-50s COMPILE [%s] %s | %s | %s\n", src, src[err.Start:err.End], err.Summary, err.Detail, err.Suggestion); continue }
		v, e := p.Eval(env)
		if e == nil && v == true { fmt.Printf("%-50s true\n", src); continue }
		x := p.Explain(env)
		fmt.Printf("%-50s %v err=%v [%s] %s|%s|%s|%v\n", src, v, e, src[x.Start:x.End], x.Marker, x.Detail, x.Suggestion, x.Values)
	}
}
