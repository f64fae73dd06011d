package parser

import (
	"slices"
	"strings"
)

// foreignDirectives are those of other tools that have no row in the table of
// ours: what changes nothing that is sent or checked, and what this reads but
// does not carry out.
var foreignDirectives = []string{
	"title", "description", "note", "use-os-credentials",
	"jwt", "language", "lang",
	"postRedirectGet",
	"grpc-reflection", "keepStreaming", "no-streaming-log", "no-response-view", "debug", "verbose",
	"responseRef", "forceRegionDelimiter", "noGqlParsing", "save", "openWith", "extension",
	"accept", "jq", "file-to-variable",
	"env-stdin-cmd", "env-stdin-cmd-pre", "stdin-cmd", "stdin-cmd-pre", "env-json-key", "env-header-key",
	"attach-cookie-jar", "graphql", "meta-name",
}

// foreignPrefixes start the names of whole families of foreign directives.
var foreignPrefixes = [...]string{"kulala", "grpc", "curl"}

// actsElsewhere are the foreign directives, by their folded names, that change
// what is sent or checked, and that are not carried out.
var actsElsewhere = []string{
	"useoscredentials", // NTLM or Negotiate as the user who is logged in
	"jq", "kulalajq",   // what scripts and checks see of the answer
	"filetovariable", "kulalafilecontentstovariable",
	"envstdincmd", "envstdincmdpre", "stdincmd", "stdincmdpre", "envjsonkey", "envheaderkey",
}

// Acts reports whether a directive of another tool, one without a Node, changes
// what is sent or checked: to pass over it could make a failure look like a
// success. Others are for an editor, or ask for what is done anyway.
func (d *Directive) Acts() bool {
	folded := foldName(d.Name.String())
	if slices.Contains(actsElsewhere, folded) {
		return true
	}
	if option, ok := curlOption(folded); ok {
		return !onlyPrints(option)
	}
	return strings.HasPrefix(folded, "kulala") && folded != "kulalavscoderestclientcompat" && !strings.HasPrefix(folded, "kulalagrpc")
}

// curlOption returns the option that kulala's @curl-max-time stands for, folded:
// "maxtime".
func curlOption(folded string) (option string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(folded, "kulala"), "curl")
	return rest, ok && rest != ""
}

// onlyPrints reports whether an option of curl changes only how curl prints, or
// is done here anyway. The global ones of kulala are for a whole file.
func onlyPrints(option string) bool {
	option = strings.TrimPrefix(option, "global")
	for _, o := range curlOptions {
		if o.apply == nil && foldsTo(o.long, option) {
			return true
		}
	}
	return false
}

// curlDirective returns the row of the table that kulala's @curl-insecure and
// its kin mean.
func curlDirective(name string) (directiveSpec, bool) {
	option, ok := curlOption(foldName(name))
	if !ok {
		return directiveSpec{}, false
	}
	switch option {
	case "insecure", "proxy", "cert", "key":
		return findDirective(option)
	case "maxtime":
		return findDirective("timeout")
	case "connecttimeout":
		return findDirective("connection-timeout")
	}
	return directiveSpec{}, false
}

// readPrompt reads NAME [description], or kulala's "label" NAME.
func readPrompt(args Text) (DirectiveNode, error) {
	words := fields(args.String())
	if len(words) == 0 {
		return nil, missing("the name of the variable")
	}
	name, label := args.field(words[0]), Text{}
	if unquoted := unquote(name); unquoted.String() != name.String() && len(words) > 1 {
		name, label = args.field(words[1]), unquoted
	} else if len(words) > 1 {
		label = args.Slice(words[1].from, len(args.String()))
	}
	if !isName(name.String()) {
		return nil, wrong(name, "`%s` is no name of a variable", name)
	}
	return &Prompt{Name: name, Label: label}, nil
}

func readSecretPrompt(args Text) (DirectiveNode, error) {
	node, err := readPrompt(args)
	if prompt, ok := node.(*Prompt); ok {
		prompt.Secret = true
	}
	return node, err
}
