package script

import (
	"path"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// API is the tool that a script is written for.
type API uint8

// APIs. There is one implementation of all: the API decides where the same name
// means different things, and which variables are visible.
const (
	JetBrains API = iota
	HTTPYac
	Kulala
)

// String returns the name of the tool.
func (a API) String() string {
	switch a {
	case HTTPYac:
		return "httpYac"
	case Kulala:
		return "kulala"
	default:
		return "JetBrains"
	}
}

// Event is when a script runs. The values are those of the parser's ScriptEvent.
type Event uint8

// Events. The last three are httpYac's.
const (
	BeforeRequest Event = iota
	AfterResponse
	WhileStreaming
	AfterAll
	BeforeLogging
)

// Unit is a script to compile.
type Unit struct {
	// Source is the text that the script stands in, and Span its part that is
	// code: all of a script file, what is between the marks of an inline script.
	// Messages point into it.
	Source *diag.Source
	Span   diag.Span

	API   API
	Event Event

	// Load returns a module of a script: from is the name of the source that
	// imports it, path what is written there, such as "./tokens" or "./tokens.js".
	// It tries the endings that the tools try. Modules are read when the script is
	// compiled, and never later. Nil if there are none.
	Load func(from, path string) (*diag.Source, error)
}

// Place is a part of a text.
type Place struct {
	Source *diag.Source
	Span   diag.Span
}

// position returns the line and column of a place; invalid for the zero Place.
func (p Place) position() diag.Position {
	if p.Source == nil {
		return diag.Position{}
	}
	return p.Source.Position(p.Span.Start)
}

// language returns what a script is written in if that is not JavaScript.
func (u *Unit) language() string {
	switch strings.ToLower(path.Ext(u.Source.Name())) {
	case ".ts", ".mts", ".cts":
		return "TypeScript"
	case ".lua":
		return "Lua"
	}
	code := strings.TrimSpace(u.Source.Slice(u.Span))
	if first, _, _ := strings.Cut(code, "\n"); u.API == Kulala || u.API == JetBrains {
		if marker, ok := strings.CutPrefix(first, "--"); ok && strings.EqualFold(strings.TrimSpace(marker), "lua") {
			return "Lua"
		}
	}
	return ""
}

// looksLikeLua reports whether code that is no JavaScript is probably Lua, which
// the runners inside of editors take without a mark.
func looksLikeLua(code string) bool {
	for line := range strings.Lines(code) {
		if strings.HasPrefix(strings.TrimSpace(line), "local ") {
			return true
		}
	}
	return false
}
