package parser

// exception is what the corpus test accepts at some lines of a file, and why.
type exception struct {
	file   string
	lines  []int
	code   string // of the diagnostic; "" where a request is read otherwise
	reason string
}

// readOtherwise are requests whose reading differs from what two other parsers
// agree on.
var readOtherwise = []exception{
	{"guddii+SEACT/tests__http__src__Authorization.public.http", []int{2}, "",
		"JetBrains and httpYac send the fields of a form without the blanks and line ends round & and ="},
	{"rest-nvim+rest.nvim/spec__examples__request_body__form_urlencoded.http", []int{12}, "",
		"JetBrains and httpYac send the fields of a form without the blanks and line ends round & and ="},
	{"jupegarnica+tepi/http__graphql.http", []int{2}, "",
		"behind the query stands the answer that is expected, which is not sent"},
}

// trulyBroken are the places where a file cannot be read, seen with the eyes of
// whoever maintains it.
var trulyBroken = []exception{
	{"AMelloDev+my_backend/request.rest", []int{52}, "PR002", "the version stands before the URL"},
	{"bmcszk+go-restclient/test__data__execute_inplace_vars__malformed_name_only_no_equals_no_value__request.http", []int{1}, "PR001",
		"a variable without a value, broken on purpose"},
	{"bmcszk+go-restclient/test__data__execute_inplace_vars__malformed_no_name_equals_value__request.http", []int{1}, "PR001",
		"a variable without a name, broken on purpose"},
	{"bmcszk+go-restclient/test__data__http_request_files__parse_error.http", []int{2}, "PR001", "a word between signs, broken on purpose"},
	{"jupegarnica+tepi/http__parseConditional.http", []int{26}, "PR001", "a program of the template language of tepi chooses the request line"},
	{"owsei+fiware/fiware-definitiva__Orden.http", []int{3}, "PR014", "the URL is taken for the method, as curl does too"},
	{"owsei+fiware/fiware-definitiva__Orden.http", []int{123}, "PR001", "statements in SQL without a comment mark"},
	{"owsei+fiware/fiware-definitiva__Orden.http", []int{199, 204}, "PR001", "answers kept as notes without a comment mark"},
	{"owsei+fiware/fiware-definitiva__Orion2.http", []int{149}, "PR001", "statements in SQL without a comment mark"},
	{"owsei+fiware/fiware-definitiva__Orion2.http", []int{186, 191}, "PR001", "answers kept as notes without a comment mark"},
	{"owsei+fiware/fiware-definitiva__llamadas.http", []int{566}, "PR001", "a path kept as a note without a comment mark"},
	{"owsei+fiware/fiware.http", []int{523}, "PR014", "a second command and a note without a separator or a comment mark"},
	{"owsei+fiware/fiware.http", []int{535}, "PR014", "the method without -X is a second URL, as for curl"},
	{"owsei+fiware/fiware.http", []int{537}, "PR014", "an address and a password kept as notes without a comment mark"},
	{"servicex-sh+httpx/src__test__http-demo__index.http",
		[]int{77, 87, 92, 102, 107, 117, 122, 132, 137, 147, 152, 162, 167, 177, 187, 199, 220, 257, 265, 296}, "PR023",
		"a topic, a key or a function in place of a URL: protocols of httpx that no other tool speaks and that are not HTTP"},
	{"servicex-sh+httpx/src__test__http-demo__index.http", []int{280}, "PR001", "a shell on another machine: a protocol of httpx that is not HTTP"},
}

// rightlyWarned are the places where a warning is in the interest of whoever
// maintains the file.
var rightlyWarned = []exception{
	{"0xsj+mios.io/http__premium.http", []int{154}, "PR017", "the last request is sent as the body of the one before it, for want of a separator"},
	{"A-Feed+A-Feed-Backend/request.rest", []int{22}, "PR026", "a comma too many in a document of JSON"},
	{"devmentors+Inflow/src__Modules__Users__Users.rest", []int{60}, "PR022", "which of the two logins is meant depends on which was sent last"},
	{"erikw+gomemo/api__notes__create-note.http", []int{27}, "PR026", "JSON that is broken on purpose, with its title alone to say so"},
	{"jupegarnica+tepi/http__graphql.http", []int{5}, "PR026", "a query of GraphQL where the type says JSON"},
	{"jupegarnica+tepi/http__host2.http", []int{9}, "PR003", "a program of the template language of tepi would be sent as a body"},
	{"jupegarnica+tepi/http__parseConditional.http", []int{29}, "PR017", "the other branch of the program would be sent as a body"},
	{"jupegarnica+tepi/http__threads.http", []int{34}, "PR003", "dozens of requests without a separator would be sent as one body"},
	{"madhead+intellij-http-client-action/tests__404.http", []int{4}, "PR028", "a test without the > before it, which a run of the IDE passes over"},
	{"madhead+intellij-http-client-action/tests__smoke test.http", []int{4}, "PR028", "another one"},
	{"mlongano+rest-task-api-from-express-to-hono/tests__test-api.http", []int{6}, "PR007", "a variable cannot be named this way"},
	{"navidgolforoushan+tut-http-yac/ch-01__demo-02.http", []int{11}, "PR003", "only httpYac takes this line for the body; others take it for a header"},
	{"owsei+fiware/fiware.http", []int{5}, "PR017", "notes and further requests are sent as the body of the first one"},
	{"servicex-sh+httpx/src__test__http-demo__index.http", []int{235}, "PR026", "a member without quotes in a document of JSON"},
	{"supermetrolog+crmka/tests__http__chat-member-message.http", []int{107}, "PR026", "a multipart body that is never closed"},
	{"timy880093+nestjs-template/http__payment.http", []int{6}, "PR003", "an address kept as a note would be sent as a body"},
}

// finding is a diagnostic, or with an empty code a request, at its place.
type finding struct {
	file string
	line int
	code string
}

// listed returns the reasons of a list by their places.
func listed(all []exception) map[finding]string {
	reasons := make(map[finding]string)
	for _, e := range all {
		for _, line := range e.lines {
			reasons[finding{e.file, line, e.code}] = e.reason
		}
	}
	return reasons
}
