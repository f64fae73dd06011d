package parser
import ("testing";"math/rand";"time";"strings";"os")
func TestZZ(t *testing.T){
 toks:=strings.Split("GET |POST |http://h|/x|\n|\n\n|\r\n|\r|###|# |// |@name |@assert |= |{{|}}|{%|%}|< |> |<@ |>> |?? |/*|*/|\"|'|`|\\|HTTP/1.1| |   |a|:|&|?|Content-Type: |application/x-www-form-urlencoded|multipart/x|text/markdown|--|@|x|import a.http|curl |{|}|[|]|,|--|@retry 3 |every |until |@auth a |b=|\x00|é|\xff|\xef\xbb\xbf|EXPECTED_RESPONSE_STATUS |...|HTTP/1.1 200 OK|@needs ","|")
 r:=rand.New(rand.NewSource(time.Now().UnixNano()))
 end:=time.Now().Add(8*time.Second)
 n:=0
 for time.Now().Before(end){
  var b strings.Builder
  for i:=r.Intn(60);i>=0;i--{ b.WriteString(toks[r.Intn(len(toks))]) }
  s:=b.String()
  os.WriteFile("/tmp/pr/parser/last",[]byte(s),0o666)
  st:=time.Now()
  checkInvariants(t,Parse("z",[]byte(s)))
  if d:=time.Since(st); d>200*time.Millisecond { t.Errorf("%v %q",d,s) }
  if t.Failed(){ t.Fatalf("%q",s)}
  n++
 }
 t.Log(n)
}
func TestLin(t *testing.T){
 for _,u:=range []string{"{{","{{'\\'","'\\'","{","}","# c\n","> {%\n","/*\n","{{\n","POST /\n\n","GET /x\n\n\n","@a=1\n","# GET /x\n","# @assert a\n#    b\n","< {%\n","%}\n","&\n","&","a=b&\n","=","\\","\"","`","\r\n{{a}}","> ","###\n","### x\n# @name a\nGET http://h\n","<","--a\n\n","@name = \"{{x\n"} {
  for _,head:=range []string{"","POST http://h\n\n","POST http://h\nContent-Type: application/x-www-form-urlencoded\n\n","POST http://h\nContent-Type: text/markdown\n\n","# @auth x ","POST http://h\n\n{\n","# @assert "}{
   src:=[]byte(head+strings.Repeat(u,(1<<20)/len(u)))
   st:=time.Now()
   f:=Parse("x",src)
   d1:=time.Since(st)
   st=time.Now()
   for _,b:=range f.Blocks{ if b.Request!=nil&&b.Request.Body!=nil{ for _,p:=range b.Request.Body.Parts{ p.Text.Segments(); p.Text.HasTemplate() }}}
   d2:=time.Since(st)
   if d1>300*time.Millisecond||d2>300*time.Millisecond{ t.Logf("%q %q parse %v segments %v",head,u,d1,d2)}
  }
 }
}
