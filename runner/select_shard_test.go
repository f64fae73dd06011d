package runner

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// shardsOf returns the files of each of n shards.
func shardsOf(t *testing.T, o Options, n int) [][]string {
	t.Helper()
	var all [][]string
	for i := 1; i <= n; i++ {
		o.Shard = Shard{i, n}
		p := NewPlan(t.Context(), o)
		files := []string{}
		for _, f := range p.Files() {
			files = append(files, f.Path)
		}
		p.Close()
		all = append(all, files)
	}
	return all
}

// TestShards protects that every file is in exactly one shard, whatever the order of
// the arguments and however the files are named, and that shards are about as large
// as each other.
func TestShards(t *testing.T) {
	files := make(map[string]string)
	var names []string
	weight := make(map[string]int)
	for i := range 23 {
		name := fmt.Sprintf("requests/f%02d.http", i)
		names = append(names, name)
		weight[name] = 1 + i*7%11
		files[name] = strings.Repeat("###\nGET http://127.0.0.1/\n\n", weight[name])
	}
	tree(t, "", files)
	reversed := slices.Clone(names)
	slices.Reverse(reversed)
	for n := 1; n <= 30; n++ {
		shards := shardsOf(t, Options{Paths: []string{"requests"}}, n)
		var union []string
		least, most := 1<<30, 0
		for _, shard := range shards {
			union = append(union, shard...)
			sum := 0
			for _, name := range shard {
				sum += weight[name]
			}
			least, most = min(least, sum), max(most, sum)
		}
		slices.Sort(union)
		if !slices.Equal(union, names) {
			t.Errorf("%d shards hold %q", n, union)
		}
		if n <= 8 && most-least > 11 { // the largest file
			t.Errorf("of %d shards one has %d requests and one %d", n, least, most)
		}
		other := shardsOf(t, Options{Paths: reversed}, n)
		for i := range shards {
			slices.Sort(shards[i])
			slices.Sort(other[i])
			if !slices.Equal(shards[i], other[i]) {
				t.Errorf("shard %d/%d depends on the order of the arguments: %q, %q", i+1, n, shards[i], other[i])
			}
		}
	}
	t.Chdir("requests")
	below := shardsOf(t, Options{Paths: []string{"."}}, 3)
	t.Chdir("..")
	for i, shard := range shardsOf(t, Options{Paths: []string{"requests"}}, 3) {
		for j, name := range shard {
			if "requests/"+below[i][j] != name {
				t.Errorf("shard %d/3 depends on the working directory: %q, %q", i+1, below[i], shard)
			}
		}
	}
}

// TestShardsKeepTogether protects files that wait for each other's variables: apart,
// none of them could run. What is imported runs in each file that asks for it, and
// keeps nothing together.
func TestShardsKeepTogether(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{
		"login.http":  "### login\n# @capture global token = body.id\nGET $/login\n",
		"a.http":      "### a\n# @capture global made = body.id\nGET $/a?{{token}}\n",
		"b.http":      "### b\nGET $/b?{{made}}\n",
		"shared.http": "### shared\nGET $/shared\n",
		"x.http":      "# @import ./shared.http\n\n### x\n# @needs shared\nGET $/x\n",
		"y.http":      "# @import ./shared.http\n\n### y\n# @needs shared\nGET $/y\n",
	})
	where := make(map[string]int)
	for i, shard := range shardsOf(t, Options{Paths: []string{"."}}, 3) {
		for _, name := range shard {
			where[name] = i
		}
	}
	if where["login.http"] != where["a.http"] || where["a.http"] != where["b.http"] {
		t.Errorf("files that wait for each other are apart: %v", where)
	}
	if where["x.http"] == where["y.http"] {
		t.Errorf("an import keeps files together: %v", where)
	}
	for i := 1; i <= 3; i++ {
		if got, exit := play(t, Options{Paths: []string{"."}, Shard: Shard{i, 3}}); exit != ExitPassed {
			t.Errorf("shard %d: exit %d, %q", i, exit, got.errors)
		}
	}
}

// TestEmptyShard protects the one case in which nothing is run and all is well: that
// other shards have the work. Where none of them has, it stays an error.
func TestEmptyShard(t *testing.T) {
	api := newAPI(t)
	tree(t, api.URL, map[string]string{
		"a.http": "### a\nGET $/a\n", "skipped/b.http": "### b\n# @skip\nGET $/b\n", "wrong/c.http": "### c\nGET $/{{nope}}\n",
	})
	tests := []struct {
		name  string
		o     Options
		shard Shard
		exit  int
	}{
		{"the work", Options{Paths: []string{"a.http"}}, Shard{1, 2}, 0},
		{"none", Options{Paths: []string{"a.http"}}, Shard{2, 2}, 0},
		{"what is skipped anyway", Options{Paths: []string{"a.http", "skipped"}}, Shard{2, 2}, 0},
		{"nothing in any of them", Options{Paths: []string{"skipped"}}, Shard{1, 2}, 2},
		{"nor in the other", Options{Paths: []string{"skipped"}}, Shard{2, 2}, 2},
		{"nothing selected", Options{Paths: []string{"a.http"}, Tags: []string{"x"}}, Shard{2, 2}, 2},
		{"a mistake in the other", Options{Paths: []string{"a.http", "wrong"}}, Shard{1, 2}, 0},
		{"a mistake in this one", Options{Paths: []string{"a.http", "wrong"}}, Shard{2, 2}, 2},
		{"a mistake in the selection", Options{Paths: []string{"a.http", "nope"}}, Shard{3, 3}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.o.Shard = test.shard
			if got, exit := play(t, test.o); exit != test.exit {
				t.Errorf("exit %d, want %d: %q %q", exit, test.exit, got.lines, got.errors)
			}
		})
	}
}

// TestShardsOfEqualFiles protects that files without weight are dealt out too, and by
// their paths, and that the files of a shard are numbered among themselves, as
// reports tell them apart.
func TestShardsOfEqualFiles(t *testing.T) {
	files := make(map[string]string)
	for _, name := range []string{"a", "b", "c", "d"} {
		files[name+".http"] = "### " + name + "\nGET http://127.0.0.1/\n"
	}
	tree(t, "", files)
	for _, tags := range [][]string{nil, {"none"}} {
		got := shardsOf(t, Options{Paths: []string{"d.http", "c.http", "b.http", "a.http"}, Tags: tags}, 2)
		for i, want := range [][]string{{"a.http", "c.http"}, {"b.http", "d.http"}} {
			slices.Sort(got[i])
			if !slices.Equal(got[i], want) {
				t.Errorf("tags %q: shard %d has %q, want %q", tags, i+1, got[i], want)
			}
		}
	}
	p := NewPlan(t.Context(), Options{Paths: []string{"."}, Shard: Shard{2, 2}})
	defer p.Close()
	for i, s := range p.suites {
		if s.index != i+1 {
			t.Errorf("`%s` is file %d of the shard, want %d", s.file.path, s.index, i+1)
		}
	}
}
