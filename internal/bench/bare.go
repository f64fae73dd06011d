package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/tidwall/gjson"
)

// bare does a workload as one writes it by hand for this one purpose: net/http,
// io.ReadAll and gjson, as many files at a time as the workload allows. It is
// what the work costs without a tool. Files is what it is to read, in a workload
// that is about reading.
func bare(base, name string, files []string) error {
	w, err := workloadNamed(name)
	if err != nil {
		return err
	}
	if w.size > 0 {
		lines, err := countLines(files[0])
		if err == nil && lines == 0 {
			err = fmt.Errorf("%s is empty", files[0])
		}
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: w.jobs}}
	slots := make(chan struct{}, w.jobs)
	failed := make(chan error, len(w.files))
	var wg sync.WaitGroup
	for _, f := range w.files {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := f.run(client, base); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

func (f *file) run(client *http.Client, base string) error {
	header := make(http.Header)
	if f.account != "" {
		token, err := logIn(client, base, f.account)
		if err != nil {
			return err
		}
		header.Set("Authorization", "Bearer "+token)
		header.Set("Workspace", workspace)
	}
	for _, r := range f.requests {
		if err := r.send(client, base, header); err != nil {
			return fmt.Errorf("%s: %w", r.path, err)
		}
	}
	return nil
}

func logIn(client *http.Client, base, account string) (string, error) {
	body, err := json.Marshal(credentials(account))
	if err != nil {
		return "", err
	}
	answer, err := client.Post(base+loginPath, "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	token := gjson.GetBytes(content, "access_token").String()
	if token == "" {
		return "", fmt.Errorf("login: %s", answer.Status)
	}
	return token, nil
}

func (r *request) send(client *http.Client, base string, header http.Header) error {
	request, err := http.NewRequest(http.MethodGet, base+"/"+r.path, nil)
	if err != nil {
		return err
	}
	request.Header = header
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	if len(r.want) == 0 {
		_, err := io.Copy(io.Discard, answer.Body)
		return err
	}
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	for _, v := range r.want {
		if got := gjson.GetBytes(content, v.gjson()).String(); got != v.text {
			return fmt.Errorf("%s is %q, expected %q", v.gjson(), got, v.text)
		}
	}
	return nil
}

// gjson is the path in the syntax of gjson.
func (v *value) gjson() string {
	steps := make([]string, len(v.path))
	for i, s := range v.path {
		steps[i] = fmt.Sprint(s)
	}
	return strings.Join(steps, ".")
}

// javascript is the path as JavaScript and postrider's expressions have it,
// and JSONPath behind its $.
func (v *value) javascript() string {
	var b strings.Builder
	for _, s := range v.path {
		switch s := s.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(s) + "]")
		case string:
			b.WriteString("." + s)
		}
	}
	return b.String()
}

// credentials is the body of a login.
func credentials(account string) map[string]string {
	return map[string]string{
		"client_id": account, "client_secret": secret, "audience": "bench", "grant_type": "client_credentials",
	}
}
