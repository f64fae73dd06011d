package runner

import (
	"context"
	"fmt"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/readiness"
	"github.com/postrider/postrider/internal/transport"
)

// checkWaits reports servers that a run with a sandbox does not reach.
func (p *Plan) checkWaits() {
	for _, w := range p.options.WaitFor {
		if p.options.Sandbox != nil && !transport.IsLoopback(w.URL.Hostname()) {
			p.misselect(&diag.Diagnostic{
				Code: diag.CodeUsage, Severity: diag.Error,
				Summary:    fmt.Sprintf("--wait-for: `%s` is not on this machine, and `--sandbox` reaches nothing else", w),
				Suggestion: "leave it out, or wait for localhost",
			})
		}
	}
}

// begin waits for the servers that have to be there, and returns why the run does
// not go on.
func (p *Plan) begin(ctx context.Context, b *bus, stop *stopper, anything bool) []diag.Message {
	if !anything || p.options.DryRun {
		return nil
	}
	w := readiness.Waiter{Client: p.client, Certificate: p.certificate}
	m := w.Wait(ctx, p.options.WaitFor, func(m diag.Message) { b.emit(ID{}, &MessageEvent{Message: m}) })
	if m == nil {
		return nil
	}
	stop.why = "--wait-for: a server was not there"
	return []diag.Message{*m}
}
