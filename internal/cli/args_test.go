package cli

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestNormalize(t *testing.T) {
	tests := []struct {
		line string // words separated by one blank
		want invocation
	}{
		{"a.http", invocation{command: "run", implied: true, args: []string{"a.http"}}},
		{"run a.http", invocation{command: "run", args: []string{"a.http"}}},
		{"run a.http --bail", invocation{command: "run", flags: []string{"--bail"}, args: []string{"a.http"}}},
		{"--bail run a.http", invocation{command: "run", flags: []string{"--bail"}, args: []string{"a.http"}}},
		{"--env run run a.http", invocation{command: "run", flags: []string{"--env=run"}, args: []string{"a.http"}}},
		{"a.http run", invocation{command: "run", implied: true, args: []string{"a.http", "run"}}},
		{"./run", invocation{command: "run", implied: true, args: []string{"./run"}}},
		{"run run", invocation{command: "run", args: []string{"run"}}},
		{"-- run", invocation{command: "run", implied: true, args: []string{"run"}}},
		{"run -- --bail -x --", invocation{command: "run", args: []string{"--bail", "-x", "--"}}},
		{"run -", invocation{command: "run", args: []string{"-"}}},
		{"-e prod -k a", invocation{command: "run", implied: true, flags: []string{"--env=prod", "--insecure"}, args: []string{"a"}}},
		{"-kvj4 a", invocation{command: "run", implied: true, flags: []string{"--insecure", "--verbose", "--jobs=4"}, args: []string{"a"}}},
		{"-kj 4 a", invocation{command: "run", implied: true, flags: []string{"--insecure", "--jobs=4"}, args: []string{"a"}}},
		{"-j=4 a", invocation{command: "run", implied: true, flags: []string{"--jobs=4"}, args: []string{"a"}}},
		{"--var a=1,2 --var=b=--x a", invocation{command: "run", implied: true, flags: []string{"--var=a=1,2", "--var=b=--x"}, args: []string{"a"}}},
		{"--secret k=- a", invocation{command: "run", implied: true, flags: []string{"--secret=k=-"}, args: []string{"a"}}},
		{"--name -1 a", invocation{command: "run", implied: true, flags: []string{"--name=-1"}, args: []string{"a"}}},
		{"--shuffle a", invocation{command: "run", implied: true, flags: []string{"--shuffle=random"}, args: []string{"a"}}},
		{"a --shuffle", invocation{command: "run", implied: true, flags: []string{"--shuffle=random"}, args: []string{"a"}}},
		{"--shuffle 12 a", invocation{command: "run", implied: true, flags: []string{"--shuffle=12"}, args: []string{"a"}}},
		{"--shuffle -- 12", invocation{command: "run", implied: true, flags: []string{"--shuffle=random"}, args: []string{"12"}}},
		{"--shuffle --bail a", invocation{command: "run", implied: true, flags: []string{"--shuffle=random", "--bail"}, args: []string{"a"}}},
		{"--wait-for http://h 5s a", invocation{command: "run", implied: true, flags: []string{"--wait-for=http://h 5s"}, args: []string{"a"}}},
		{"--wait-for=http://h 5s a", invocation{command: "run", implied: true, flags: []string{"--wait-for=http://h 5s"}, args: []string{"a"}}},
		{"--wait-for http://h a 5s", invocation{command: "run", implied: true, flags: []string{"--wait-for=http://h"}, args: []string{"a", "5s"}}},
		{"--wait-for http://h 5", invocation{command: "run", implied: true, flags: []string{"--wait-for=http://h"}, args: []string{"5"}}},
		{"--help", invocation{command: "", implied: true, help: true}},
		{"-h", invocation{command: "", implied: true, help: true}},
		{"a.http --help", invocation{command: "run", implied: true, help: true, args: []string{"a.http"}}},
		{"run --help", invocation{command: "run", help: true}},
		{"--help list", invocation{command: "list", help: true}},
		{"--version", invocation{command: "run", implied: true, version: true}},
		{"auth providers", invocation{command: "auth providers"}},
		{"auth -e dev providers --json coro", invocation{command: "auth providers", flags: []string{"--env=dev", "--json"}, args: []string{"coro"}}},
		{"auth x providers", invocation{command: "auth", args: []string{"x", "providers"}}},
		{"auth -- providers", invocation{command: "auth", args: []string{"providers"}}},
		{"auth providers providers", invocation{command: "auth providers", args: []string{"providers"}}},
		{"providers", invocation{command: "run", implied: true, args: []string{"providers"}}},
		{"--help auth providers", invocation{command: "auth providers", help: true}},
		{"run -- --help", invocation{command: "run", args: []string{"--help"}}},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			got, err := normalize(strings.Split(tt.line, " "), new(program).commands())
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// The library gets to know the command that is called, with the flags that are
// given to it or mean something when they are not.
func TestOnlyWhatIsCalled(t *testing.T) {
	tests := []struct{ line, command, flags string }{
		{"a", "run", "status-check as"},
		{"run --status-check off -j4 -e x --var a=1 --bail --var b=2 a", "run", "env var jobs bail status-check as"},
		{"expect a", "expect", ""},
		{"check a", "check", "format"},
		{"auth login --json", "auth login", "json"},
		{"auth", "auth", ""},
		{"help run", "help", ""},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			commands := new(program).commands()
			inv, err := normalize(strings.Split(tt.line, " "), commands)
			if err != nil {
				t.Fatal(err)
			}
			commands = inv.only(commands)
			first, _, _ := strings.Cut(tt.command, " ")
			if len(commands) != 1 || commands[0].Name != first {
				t.Fatalf("the commands are %v, want %s", commands, first)
			}
			var flags []string
			for _, f := range commandsOf(commands)[tt.command].Flags {
				if names := namesOf(f); !slices.Equal(names, f.Names()) {
					t.Errorf("the names of %s are %v", f, names)
				}
				flags = append(flags, namesOf(f)[0])
			}
			if got := strings.Join(flags, " "); got != tt.flags {
				t.Errorf("the flags are %s, want %s", got, tt.flags)
			}
		})
	}
}

func TestNormalizeErrors(t *testing.T) {
	tests := []struct{ line, want string }{
		{"run --vra x", "unknown flag `--vra`"},
		{"run -x", "unknown flag `-x`"},
		{"run -kx", "unknown flag `-x`"},
		{"run --k", "unknown flag `--k`"},
		{"run -env x", "unknown flag `-env`"},
		{"run -env=x", "unknown flag `-env`"},
		{"run --env", "`--env` needs a value"},
		{"run --env --bail", "`--env` needs a value"},
		{"run --env -k", "`--env` needs a value"},
		{"run --env --", "`--env` needs a value"},
		{"run -e", "`-e` needs a value"},
		{"run --env=", "`--env` has an empty value"},
		{"run -e=", "`-e` has an empty value"},
		{"run --bail=true", "`--bail` takes no value"},
		{"run -k=1", "`-k` takes no value"},
		{"run ---env x", "unknown flag `---env`"},
		{"run --=x", "unknown flag `--`"},
		{"list -x", "unknown flag `-x`"},
		{"list -k", "`--insecure` is a flag of `postrider run`, not of `postrider list`"},
		{"--env=x list a", "`--env` is a flag of `postrider run`, not of `postrider list`"},
		{"list --json", "`--json` is a flag of `postrider auth login`, not of `postrider list`"},
		{"auth providers --bail", "`--bail` is a flag of `postrider run`, not of `postrider auth providers`"},
		{"auth --json", "`--json` is a flag of `postrider auth login`, not of `postrider auth`"},
		{"version --bail", "`--bail` is a flag of `postrider run`, not of `postrider version`"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			_, err := normalize(strings.Split(tt.line, " "), new(program).commands())
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := normalize([]string{"run", "--env", "", "a"}, new(program).commands()); err == nil {
		t.Error("an empty word is taken for an environment")
	}
}

// Whatever the words are, normalizing does not panic, and what it makes is a
// command line in the one form that the library reads as it is meant.
func FuzzNormalize(f *testing.F) {
	f.Add("run a --var=x=1 -kvj4 -- -x")
	f.Add("-e é -ü --=")
	f.Fuzz(func(t *testing.T, line string) {
		inv, err := normalize(strings.Split(line, " "), new(program).commands())
		if err != nil {
			return
		}
		for _, flag := range inv.flags {
			if !strings.HasPrefix(flag, "--") {
				t.Errorf("%q: flag %q", line, flag)
			}
		}
	})
}
