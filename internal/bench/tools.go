package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// tool is a program that can do a workload.
type tool struct {
	name, path string
	write      func(dir, base string, w *workload) ([]string, error) // writes its input; nil for none
	args       func(base string, w *workload, files []string) []string
	cannot     map[string]string // workloads that it is not given, and why
	once       bool              // it is run once only, because it takes its time
}

// command is the run of a workload, in the folder of its input.
func (t *tool) command(dir, base string, w *workload, files []string) *exec.Cmd {
	cmd := exec.Command(t.path, t.args(base, w, files)...)
	cmd.Dir = t.dir(dir)
	cmd.Env = append(os.Environ(), environment(base)...)
	cmd.Env = append(cmd.Env, "POSTRIDER_STATE_DIR="+filepath.Join(dir, "state")) // what a run leaves for the next one is part of its cost
	return cmd
}

// environment is what `@auth coro` needs.
func environment(base string) []string {
	return []string{"POSTRIDER_AUTH_CACHE=memory", "CORO_BASE_URL=" + base, "CORO_CLIENT_ID=bench", "CORO_CLIENT_SECRET=" + secret, "CORO_WORKSPACE=" + workspace}
}

func (t *tool) dir(dir string) string { return filepath.Join(dir, t.name+"-files") }

// writeFiles writes a file of text for each file of a workload.
func writeFiles(dir, extension string, w *workload, text func(*file) string) ([]string, error) {
	var names []string
	for i := range w.files {
		name := fmt.Sprintf("%s-%03d.%s", w.name, i, extension)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text(&w.files[i])), 0o600); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func postriderTool(path string) *tool {
	return &tool{
		name: "postrider", path: path,
		write: func(dir, base string, w *workload) ([]string, error) {
			if w.size > 0 {
				return writeListedFile(dir, w)
			}
			return writeFiles(dir, "http", w, func(f *file) string {
				var b strings.Builder
				if f.account != "" {
					fmt.Fprintf(&b, "# @auth coro client_id=%s\n", f.account)
				}
				fmt.Fprintf(&b, "@base = %s\n\n", base)
				for _, r := range f.requests {
					if w.deep == "script" {
						fmt.Fprintf(&b, "### %s\nGET {{base}}/%s\n\n> {%%\nclient.assert(response.status === 200);\n", r.path, r.path)
						for _, v := range r.want {
							fmt.Fprintf(&b, "client.assert(response.body%s === %q);\n", v.javascript(), v.text)
						}
						b.WriteString("%}\n\n")
						continue
					}
					fmt.Fprintf(&b, "### %s\n# @assert status == 200\n", r.path)
					for _, v := range r.want {
						if w.deep == "json" {
							fmt.Fprintf(&b, "# @assert json(%q) == %q\n", v.gjson(), v.text)
						} else {
							fmt.Fprintf(&b, "# @assert body%s == %q\n", v.javascript(), v.text)
						}
					}
					fmt.Fprintf(&b, "GET {{base}}/%s\n\n", r.path)
				}
				return b.String()
			})
		},
		args: func(_ string, w *workload, files []string) []string {
			if w.size > 0 {
				return append([]string{"list"}, files...)
			}
			return append([]string{"run", "--jobs", strconv.Itoa(w.jobs)}, files...)
		},
	}
}

func bareTool(path string) *tool {
	return &tool{
		name: "bare", path: path,
		write: func(dir, _ string, w *workload) ([]string, error) {
			if w.size > 0 {
				return writeListedFile(dir, w)
			}
			return nil, nil
		},
		args: func(base string, w *workload, files []string) []string {
			return append([]string{"-role", "bare", "-base", base, "-workload", w.name}, files...)
		},
	}
}

func hurlTool() *tool {
	return &tool{
		name: "hurl",
		write: func(dir, base string, w *workload) ([]string, error) {
			return writeFiles(dir, "hurl", w, func(f *file) string {
				var b strings.Builder
				header := ""
				if f.account != "" {
					fmt.Fprintf(&b, "POST %s%s\nContent-Type: application/json\n%s\nHTTP 200\n[Captures]\ntoken: jsonpath \"$.access_token\"\n\n",
						base, loginPath, mustJSON(credentials(f.account)))
					header = "Authorization: Bearer {{token}}\nWorkspace: " + workspace + "\n"
				}
				for _, r := range f.requests {
					fmt.Fprintf(&b, "GET %s/%s\n%sHTTP 200\n", base, r.path, header)
					for i, v := range r.want {
						if i == 0 {
							b.WriteString("[Asserts]\n")
						}
						fmt.Fprintf(&b, "jsonpath \"$%s\" == %q\n", v.javascript(), v.text)
					}
					b.WriteByte('\n')
				}
				return b.String()
			})
		},
		args: func(_ string, w *workload, files []string) []string {
			return append([]string{"--test", "--jobs", strconv.Itoa(w.jobs)}, files...)
		},
	}
}

func httpyacTool() *tool {
	return &tool{
		name: "httpyac", once: true,
		write: func(dir, base string, w *workload) ([]string, error) {
			return writeFiles(dir, "yac.http", w, func(f *file) string {
				var b strings.Builder
				header := ""
				if f.account != "" {
					fmt.Fprintf(&b, "# @name login\nPOST %s%s\nContent-Type: application/json\n\n%s\n\n",
						base, loginPath, mustJSON(credentials(f.account)))
					header = "Authorization: Bearer {{login.access_token}}\nWorkspace: " + workspace + "\n"
				}
				for _, r := range f.requests {
					fmt.Fprintf(&b, "###\nGET %s/%s\n%s\n?? status == 200\n", base, r.path, header)
					for _, v := range r.want {
						fmt.Fprintf(&b, "?? js response.parsedBody%s == %s\n", v.javascript(), v.text)
					}
					b.WriteByte('\n')
				}
				return b.String()
			})
		},
		args: func(_ string, w *workload, files []string) []string {
			return append(append([]string{"send"}, files...),
				"--all", "--silent", "--output", "none", "--parallel", strconv.Itoa(w.jobs))
		},
	}
}

// newmanTool runs a collection, one request at a time.
func newmanTool() *tool {
	type object = map[string]any
	get := func(url string, header []object, script []string) object {
		return object{
			"name":    url,
			"request": object{"method": "GET", "url": url, "header": header},
			"event":   []object{{"listen": "test", "script": object{"exec": script}}},
		}
	}
	return &tool{
		name: "newman", once: true,
		cannot: map[string]string{"download": "keeps the body as text, which Node.js limits to 512 MB"},
		write: func(dir, base string, w *workload) ([]string, error) {
			var items []object
			for _, f := range w.files {
				var header []object
				if f.account != "" {
					items = append(items, object{
						"name": "login",
						"request": object{
							"method": "POST", "url": base + loginPath,
							"header": []object{{"key": "Content-Type", "value": "application/json"}},
							"body":   object{"mode": "raw", "raw": mustJSON(credentials(f.account))},
						},
						"event": []object{{"listen": "test", "script": object{
							"exec": []string{`pm.collectionVariables.set("token", pm.response.json().access_token);`},
						}}},
					})
					header = []object{
						{"key": "Authorization", "value": "Bearer {{token}}"},
						{"key": "Workspace", "value": workspace},
					}
				}
				for _, r := range f.requests {
					script := []string{`pm.test("status", () => pm.response.to.have.status(200));`}
					for _, v := range r.want {
						script = append(script, fmt.Sprintf(`pm.test("value", () => pm.expect(pm.response.json()%s).to.eql(%q));`, v.javascript(), v.text))
					}
					items = append(items, get(base+"/"+r.path, header, script))
				}
			}
			name := w.name + ".postman_collection.json"
			collection := mustJSON(object{
				"info": object{"name": w.name, "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
				"item": items,
			})
			return []string{name}, os.WriteFile(filepath.Join(dir, name), []byte(collection), 0o600)
		},
		args: func(_ string, _ *workload, files []string) []string {
			return []string{"run", files[0], "--silent"}
		},
	}
}

// mustJSON writes a value that is made of texts, lists and objects.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
