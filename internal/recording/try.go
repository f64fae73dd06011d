package recording

import (
	"encoding/json"
	"errors"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// tryLine is a line with an answer.
type tryLine struct {
	Type     string          `json:"type"`
	ID       runner.ID       `json:"id"`
	Data     json.RawMessage `json:"data"`
	SentBody *runner.Body    `json:"sentBody"`
	Body     *struct {
		Size     int64   `json:"size"`
		Text     *string `json:"text"`
		Base64   []byte  `json:"base64"`
		Cut      bool    `json:"cut"`
		Withheld string  `json:"withheld"`
	} `json:"body"`
}

func decodeTry(text []byte) (*runner.RecordedTry, error) {
	var l tryLine
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, err
	}
	try := &runner.RecordedTry{ID: l.ID}
	switch l.Type {
	case "requestFinished":
		if err := json.Unmarshal(l.Data, &try.Done); err != nil {
			return nil, err
		}
	case "tryFailed":
		var failed runner.TryFailed
		if err := json.Unmarshal(l.Data, &failed); err != nil {
			return nil, err
		}
		try.Done = &runner.RequestFinished{
			Name: failed.Name, Line: failed.Line, Outcome: runner.Failed,
			Duration: failed.Duration, Problems: failed.Problems, Hops: failed.Hops, NoLog: failed.NoLog,
		}
		for _, m := range failed.Problems {
			if m.Severity == diag.Error {
				try.Done.Outcome = runner.Broken
			}
		}
	default:
		return nil, errors.New("it is no answer")
	}
	if try.Done == nil {
		return nil, errors.New("it has no data")
	}
	if b := l.Body; b != nil {
		k := &runner.Recorded{Sent: l.SentBody, Size: b.Size, Cut: b.Cut, Withheld: b.Withheld}
		switch {
		case b.Text != nil:
			k.Content = *b.Text
		case b.Base64 != nil:
			k.Content, k.Binary = string(b.Base64), true
		case b.Withheld == "":
			k.Withheld = "it is not there"
		}
		try.Done.Recorded = k
	}
	return try, nil
}
