package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// graphQL builds the body of a GraphQL request: a JSON object of the document,
// the name of the operation and the variables, in this order (GraphQL over HTTP, "Request
// Parameters"). Variables are sent with their digits as they are written.
func (r *running) graphQL(ctx context.Context) (transport.Body, error) {
	written := r.step.request.Body
	if written == nil {
		return nil, nil
	}
	g := written.GraphQL
	query, err := r.graphQLText(ctx, g.Query)
	if err != nil {
		return nil, err
	}
	sent := struct {
		Query     string          `json:"query"`
		Operation string          `json:"operationName,omitempty"`
		Variables json.RawMessage `json:"variables,omitempty"`
	}{Query: query}
	if !g.Operation.IsZero() {
		if sent.Operation, err = r.line(ctx, g.Operation); err != nil {
			return nil, err
		}
	}
	if g.Variables != nil {
		variables, err := r.graphQLText(ctx, g.Variables)
		if err != nil {
			return nil, err
		}
		if _, _, err := value.Decode([]byte(variables)); err != nil {
			at := g.Variables[0].Text
			if at.IsZero() {
				at = g.Variables[0].Path
			}
			return nil, &diag.Diagnostic{
				Code: diag.CodeValue, Severity: diag.Error,
				Summary: fmt.Sprintf("the variables of the GraphQL request are not JSON: %v", err),
				Source:  at.Source(), Subject: at.Span(),
				Suggestion: "write a JSON object behind the query, such as {\"id\": 1}",
			}
		}
		sent.Variables = json.RawMessage(variables)
	}
	var content strings.Builder
	e := json.NewEncoder(&content)
	e.SetEscapeHTML(false)
	if err := e.Encode(sent); err != nil {
		return nil, err
	}
	return body{{bytes: []byte(strings.TrimSuffix(content.String(), "\n"))}}, nil
}

// graphQLText expands the parts of a document or of variables, files included.
func (r *running) graphQLText(ctx context.Context, parts []parser.BodyPart) (string, error) {
	var b strings.Builder
	for _, p := range parts {
		if p.Path.IsZero() {
			expanded, err := r.expand(ctx, p.Text)
			if err != nil {
				return "", err
			}
			b.WriteString(scope.Join(expanded))
		} else {
			file, err := r.bodyFile(ctx, r.step.partIndex(p))
			if err != nil {
				return "", err
			}
			content, err := body{file}.Open()
			if err != nil {
				return "", err
			}
			_, err = io.Copy(&b, content)
			_ = content.Close() // only read from
			if err != nil {
				return "", err
			}
		}
		if p.Newline {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSpace(b.String()), nil
}
