package report

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// The parts of SARIF 2.1.0 that a check needs (OASIS, Static Analysis Results
// Interchange Format).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string      `json:"id"`
		Name    string      `json:"name"`
		Short   sarifText   `json:"shortDescription"`
		Full    sarifText   `json:"fullDescription"`
		Help    sarifText   `json:"help"`
		Default sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId,omitempty"`
		RuleIndex *int            `json:"ruleIndex,omitempty"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

// sarif writes one run whose rules are the codes that have an explanation.
func (f *Findings) sarif(b *strings.Builder) error {
	driver := sarifDriver{Name: "postrider", Version: f.Version}
	index := make(map[string]*int)
	for i, e := range diag.Explanations() {
		short, _, _ := strings.Cut(e.Text, ". ")
		index[e.Code] = &i
		driver.Rules = append(driver.Rules, sarifRule{
			ID: e.Code, Name: e.Name, Short: sarifText{strings.TrimSuffix(short, ".") + "."}, Full: sarifText{e.Text},
			Help: sarifText{strings.ToValidUTF8(e.String(), "\ufffd")}, Default: sarifConfig{e.Severity.String()},
		})
	}
	run := sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	for _, m := range f.Messages {
		result := sarifResult{
			RuleID: m.Code, RuleIndex: index[m.Code], Level: m.Severity.String(),
			Message: sarifText{plainMessage(m)}, Locations: []sarifLocation{},
		}
		if m.File != "" {
			place := sarifPhysical{Artifact: sarifArtifact{f.uri(m.File)}}
			if m.Line > 0 {
				place.Region = &sarifRegion{m.Line, m.Column, max(m.EndLine, m.Line), m.EndColumn}
			}
			result.Locations = append(result.Locations, sarifLocation{place})
		}
		run.Results = append(run.Results, result)
	}
	text, err := encodeIndented(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
	b.Write(text)
	return err
}

// uri returns the URI of a file: relative to the working directory if it is
// below it.
func (f *Findings) uri(name string) string {
	if filepath.IsAbs(name) {
		relative, err := filepath.Rel(f.Dir, name)
		if f.Dir == "" || err != nil || !filepath.IsLocal(relative) {
			return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(name), "/")}).String()
		}
		name = relative
	}
	return (&url.URL{Path: filepath.ToSlash(filepath.Clean(name))}).String()
}
