package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// element is a declaration of junit-10.xsd, the grammar that Jenkins' xUnit plugin
// asks for: every content model there is a repeated choice.
type element struct {
	children []string
	required []string
	optional []string
	text     bool
}

var junitGrammar = map[string]element{
	"testsuites": {children: []string{"testsuite"}, optional: []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
		required: []string{"name", "tests", "failures", "errors"},
		optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
	},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"testcase": {
		children: []string{"skipped", "error", "failure", "system-out", "system-err"},
		required: []string{"name"}, optional: []string{"time", "classname", "group"},
	},
	"failure":    {optional: []string{"type", "message"}, text: true},
	"error":      {optional: []string{"type", "message"}, text: true},
	"skipped":    {optional: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

// surefireTime is the pattern of times there.
var surefireTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// checkJUnit returns what is wrong with a document: by the grammar, and with the
// counts, which the grammar does not know.
func checkJUnit(text string) []string {
	var problems, open []string
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	type counts map[string]int
	var stack []counts
	var said []map[string]string
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return append(problems, err.Error())
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			declared, known := junitGrammar[name]
			switch {
			case !known:
				complain("<%s> is not in the grammar", name)
			case len(open) == 0 && name != "testsuites":
				complain("<%s> is the root", name)
			case len(open) > 0 && !slices.Contains(junitGrammar[open[len(open)-1]].children, name):
				complain("<%s> in <%s>", name, open[len(open)-1])
			}
			attributes := make(map[string]string)
			for _, a := range token.Attr {
				if _, twice := attributes[a.Name.Local]; twice {
					complain("<%s> has two %s", name, a.Name.Local)
				}
				attributes[a.Name.Local] = a.Value
				if !slices.Contains(declared.required, a.Name.Local) && !slices.Contains(declared.optional, a.Name.Local) {
					complain("<%s> has %s", name, a.Name.Local)
				}
			}
			for _, required := range declared.required {
				if _, ok := attributes[required]; !ok {
					complain("<%s> has no %s", name, required)
				}
			}
			if t, ok := attributes["time"]; ok && !surefireTime.MatchString(t) {
				complain("the time %q", t)
			}
			open, stack, said = append(open, name), append(stack, counts{}), append(said, attributes)
		case xml.EndElement:
			last := len(open) - 1
			name, has, attributes := open[last], stack[last], said[last]
			if name == "testsuite" || name == "testsuites" {
				for attribute, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
					if v, ok := attributes[attribute]; ok && v != strconv.Itoa(has[element]) {
						complain("<%s> says %s=%s and has %d", name, attribute, v, has[element])
					}
				}
			}
			open, stack, said = open[:last], stack[:last], said[:last]
			if last > 0 {
				for element, n := range has {
					stack[last-1][element] += n
				}
				stack[last-1][name]++
			}
		case xml.CharData:
			if len(open) > 0 && !junitGrammar[open[len(open)-1]].text && strings.TrimSpace(string(token)) != "" {
				complain("text in <%s>: %.40q", open[len(open)-1], token)
			}
		case xml.Comment, xml.Directive:
			complain("%T", token)
		}
	}
	return problems
}

// TestJUnitGrammar protects the check itself: it finds what the grammar forbids.
func TestJUnitGrammar(t *testing.T) {
	const suite = `<testsuites><testsuite name="a" tests="1" failures="0" errors="0">%s</testsuite></testsuites>`
	for _, text := range []string{
		"<testsuites>", "<testsuite/>", "<testsuites a=''/>", "<testsuites><testcase name=''/></testsuites>", "<testsuites>text</testsuites>",
		"<testsuites time='1.2.3'/>", "<testsuites><testsuite/></testsuites>", "<testsuites tests='1'/>",
		fmt.Sprintf(suite, ""), fmt.Sprintf(suite, "<testcase/>"), fmt.Sprintf(suite, "<testcase name='a' file='b'/>"),
		fmt.Sprintf(suite, "<testcase name='a'><failure/></testcase>"), fmt.Sprintf(suite, "<testcase name='a'><properties/></testcase>"),
		fmt.Sprintf(suite, "<testcase name='a'/><!-- -->"), fmt.Sprintf(suite, "<testcase name='\x01'/>"),
	} {
		if len(checkJUnit(text)) == 0 {
			t.Errorf("%s is accepted", text)
		}
	}
	if problems := checkJUnit(fmt.Sprintf(suite, "<testcase name='a'/>")); len(problems) > 0 {
		t.Error(problems)
	}
}

var (
	tapPoint = regexp.MustCompile(`^(not ok|ok) (\d+) - ((?:[^\\#]|\\.)*?)( # SKIP (?:[^\\#]|\\.)*)?$`)
	tapYAML  = regexp.MustCompile(`^ *(- )?([a-z_]+):( ("(?:[^"\\]|\\.)*"|[0-9.]+))?$`)
)

// checkTAP returns what is wrong with a document of TAP: its lines, its numbers
// and its plans, and that a subtest and its test point agree.
func checkTAP(text string) []string {
	var problems []string
	complain := func(line, why string) { problems = append(problems, fmt.Sprintf("%s: %.200q", why, line)) }
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "TAP version 14" {
		complain(lines[0], "no version")
	}
	points, planned := [2]int{}, [2]int{-1, -1}
	failed, yaml, subtest := false, "", ""
	for _, line := range lines[1:] {
		inner := strings.HasPrefix(line, tapIndent)
		level, own := 0, line
		if inner {
			level, own = 1, line[len(tapIndent):]
		}
		match := tapPoint.FindStringSubmatch(own)
		switch {
		case yaml != "":
			if line == yaml+"..." {
				yaml = ""
			} else if !strings.HasPrefix(line, yaml) || !tapYAML.MatchString(line) {
				complain(line, "no YAML")
			}
		case own == "  ---":
			yaml = line[:len(line)-3]
		case match != nil:
			if points[level]++; match[2] != strconv.Itoa(points[level]) {
				complain(line, "the number")
			}
			if planned[level] >= 0 {
				complain(line, "behind the plan")
			}
			if level == 0 && subtest != "" {
				if match[3] != subtest || planned[1] != points[1] || (match[1] == "ok") == failed {
					complain(line, "not what the subtest says")
				}
				subtest, failed, points[1], planned[1] = "", false, 0, -1
			} else if level == 1 {
				failed = failed || match[1] != "ok"
			}
		case strings.HasPrefix(own, "1.."):
			planned[level], _ = strconv.Atoi(own[3:])
		case !inner && strings.HasPrefix(line, "# Subtest: "):
			subtest = line[len("# Subtest: "):]
		case !inner && strings.HasPrefix(line, "# "), inner && strings.HasPrefix(own, "# | "):
		default:
			complain(line, "no line of TAP")
		}
		if inner && subtest == "" && yaml == "" && own != "  ..." {
			complain(line, "outside of a subtest")
		}
	}
	if planned[0] != points[0] {
		complain(lines[len(lines)-1], fmt.Sprintf("a plan of %d for %d test points", planned[0], points[0]))
	}
	return problems
}

// TestTAPGrammar protects the check itself.
func TestTAPGrammar(t *testing.T) {
	const head = "TAP version 14\n"
	for _, text := range []string{
		"ok 1 - a\n1..1\n", head + "ok 2 - a\n1..1\n", head + "ok 1 - a\n1..2\n", head + "ok 1 - a # TODO b\n1..1\n", head + "ok 1 - a\nhello\n1..1\n",
		head + "# Subtest: a\n    not ok 1 - b\n    1..1\nok 1 - a\n1..1\n", head + "not ok 1 - a\n  ---\n  a: b: c\n  ...\n1..1\n", head + "    ok 1 - a\n1..0\n",
	} {
		if len(checkTAP(text)) == 0 {
			t.Errorf("%q is accepted", text)
		}
	}
}

var (
	markdownPre  = regexp.MustCompile(`(?s)\n<pre>\n(.*?)\n</pre>\n`)
	markdownSpan = regexp.MustCompile(`<code>((?:[^<>&\n]|&#\d+;)*)</code>`)
	markdownOwn  = regexp.MustCompile(`^(## . postrider: [A-Za-z :,()0-9]+|### [A-Z][a-z ]+|\*\*` + sandboxNotice + `\*\*|[|0-9 a-z<.:-]*\|[A-Za-z0-9 |<.:✅❌-]*|(version|environment|shard|shuffle|insecure|seed|, | |CODE)*|❌( CODE)* (error|failed|invalid|broken|interrupted)|<details><summary>The answer</summary>|</details>|PRE|… and \d+ more|There is no room here for the rest\.|)$`)
)

// checkMarkdown returns the lines of a page that are not ours: foreign text stands
// in code alone.
func checkMarkdown(text string) []string {
	var problems []string
	for _, block := range markdownPre.FindAllStringSubmatch(text, -1) {
		if strings.ContainsAny(block[1], "<>") {
			problems = append(problems, fmt.Sprintf("markup in a block: %.200q", block[1]))
		}
	}
	text = markdownPre.ReplaceAllString(text, "\nPRE\n")
	for _, span := range markdownSpan.FindAllStringSubmatch(text, -1) {
		if strings.ContainsAny(span[1], "`*_[]()|!@:.\\\"'$~") {
			problems = append(problems, fmt.Sprintf("markup in code: %q", span[1]))
		}
	}
	text = markdownSpan.ReplaceAllString(text, "CODE")
	for line := range strings.Lines(text) {
		if !markdownOwn.MatchString(strings.TrimSuffix(line, "\n")) {
			problems = append(problems, fmt.Sprintf("foreign text: %.200q", line))
		}
	}
	return problems
}

// TestMarkdownGrammar protects the check itself.
func TestMarkdownGrammar(t *testing.T) {
	for _, text := range []string{"# EVIL\n", "<code>a*b</code>\n", "\n<pre>\n<b>\n</pre>\n", "\n<pre>\na\n</pre>\nEVIL</pre>\n", "| <code>a</code> @EVIL |\n", "<img src=x>\n"} {
		if len(checkMarkdown(text)) == 0 {
			t.Errorf("%q is accepted", text)
		}
	}
}
