package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/runner"
)

func runFlags() []cli.Flag {
	return append(cacheFlags(),
		&cli.BoolFlag{Name: "auth-refresh"},

		&cli.StringFlag{Name: "env", Aliases: []string{"e"}},
		&cli.StringSliceFlag{Name: "var"},
		&cli.StringSliceFlag{Name: "secret"},
		&cli.StringSliceFlag{Name: "var-file"},
		&cli.StringFlag{Name: "data"},
		&cli.StringFlag{Name: "dialect"},

		&cli.StringSliceFlag{Name: "name"},
		&cli.GenericFlag{Name: "line", Value: new(lines)},
		&cli.StringSliceFlag{Name: "tag"},
		&cli.StringSliceFlag{Name: "exclude-tag"},
		&cli.BoolFlag{Name: "rerun-failed"},
		&cli.GenericFlag{Name: "shard", Value: new(shard)},

		&cli.GenericFlag{Name: "repeat", Value: new(number)},
		&cli.GenericFlag{Name: "shuffle", Value: new(order)},
		&cli.GenericFlag{Name: "wait-for", Value: new(waits)},
		&cli.GenericFlag{Name: "max-time", Value: new(duration)},
		&cli.GenericFlag{Name: "jobs", Aliases: []string{"j"}, Value: new(number)},
		&cli.BoolFlag{Name: "bail"},
		&cli.GenericFlag{Name: "timeout", Value: new(duration)},
		&cli.GenericFlag{Name: "max-body-size", Value: new(size)},
		&cli.GenericFlag{Name: "seed", Value: new(seed)},
		&cli.GenericFlag{Name: "status-check", Value: newSwitch(true)},
		&cli.BoolFlag{Name: "allow-empty"},
		&cli.BoolFlag{Name: "allow-unresolved"},

		&cli.BoolFlag{Name: "insecure", Aliases: []string{"k"}},
		&cli.StringFlag{Name: "cacert"},
		&cli.StringFlag{Name: "cert"},
		&cli.StringFlag{Name: "key"},
		&cli.StringFlag{Name: "cert-pass"},
		&cli.StringFlag{Name: "proxy"},
		&cli.StringSliceFlag{Name: "allow-origin"},
		&cli.StringSliceFlag{Name: "allow-file"},
		&cli.BoolFlag{Name: "sandbox"},
		&cli.GenericFlag{Name: "sandbox-ttl", Value: new(duration)},

		&cli.BoolFlag{Name: "watch"},
		&cli.BoolFlag{Name: "dry-run"},
		&cli.StringFlag{Name: "as", Value: asHTTP},
		&cli.StringSliceFlag{Name: "report"},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Count: new(int)},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}},
		&cli.BoolFlag{Name: "no-response"},
		&cli.StringFlag{Name: "output"},
		&cli.StringFlag{Name: "get"},
		&cli.BoolFlag{Name: "reveal"},
		&cli.BoolFlag{Name: "show-secrets"},
		&cli.BoolFlag{Name: "no-color"},
	)
}

// expectFlags are those of run that decide what is sent, and how to go on with the
// answer.
func expectFlags() []cli.Flag {
	taken := []string{
		"env", "var", "secret", "var-file", "data", "dialect", "allow-unresolved",
		"wait-for", "max-time", "timeout", "max-body-size", "seed",
		"insecure", "cacert", "cert", "key", "cert-pass", "proxy", "allow-origin", "allow-file", "sandbox", "sandbox-ttl",
		"auth-refresh", "no-auth-cache", "auth-cache-dir", "verbose", "no-color",
	}
	flags := slices.DeleteFunc(runFlags(), func(f cli.Flag) bool { return !slices.Contains(taken, namesOf(f)[0]) })
	return append(flags, &cli.BoolFlag{Name: "write", Aliases: []string{"w"}})
}

// cacheFlags say where tokens are kept.
func cacheFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "no-auth-cache"},
		&cli.StringFlag{Name: "auth-cache-dir"},
	}
}

// tokenFlags are those of run that decide which token a reference means.
func tokenFlags() []cli.Flag {
	return append(cacheFlags(),
		&cli.StringFlag{Name: "env", Aliases: []string{"e"}},
		&cli.StringSliceFlag{Name: "var"},
		&cli.StringSliceFlag{Name: "secret"},
		&cli.StringSliceFlag{Name: "var-file"},
		&cli.GenericFlag{Name: "timeout", Value: new(duration)},
		&cli.BoolFlag{Name: "insecure", Aliases: []string{"k"}},
		&cli.StringFlag{Name: "cacert"},
		&cli.StringFlag{Name: "cert"},
		&cli.StringFlag{Name: "key"},
		&cli.StringFlag{Name: "cert-pass"},
		&cli.StringSliceFlag{Name: "allow-origin"},
		&cli.BoolFlag{Name: "json"},
		&cli.BoolFlag{Name: "no-color"},
	)
}

func listFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "name"},
		&cli.GenericFlag{Name: "line", Value: new(lines)},
		&cli.StringSliceFlag{Name: "tag"},
		&cli.StringSliceFlag{Name: "exclude-tag"},
		&cli.GenericFlag{Name: "shard", Value: new(shard)},
		&cli.StringFlag{Name: "dialect"},
		&cli.BoolFlag{Name: "no-color"},
	}
}

func checkFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "env", Aliases: []string{"e"}},
		&cli.StringSliceFlag{Name: "var"},
		&cli.StringSliceFlag{Name: "var-file"},
		&cli.StringFlag{Name: "dialect"},
		&cli.BoolFlag{Name: "insecure", Aliases: []string{"k"}},
		&cli.StringSliceFlag{Name: "allow-origin"},
		&cli.StringSliceFlag{Name: "allow-file"},
		&cli.StringFlag{Name: "format", Value: "text"},
		&cli.BoolFlag{Name: "strict"},
		&cli.BoolFlag{Name: "no-color"},
	}
}

func variablesFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "env", Aliases: []string{"e"}},
		&cli.StringSliceFlag{Name: "var"},
		&cli.StringSliceFlag{Name: "secret"},
		&cli.StringSliceFlag{Name: "var-file"},
		&cli.StringFlag{Name: "data"},
		&cli.StringFlag{Name: "dialect"},
		&cli.BoolFlag{Name: "json"},
		&cli.BoolFlag{Name: "no-color"},
	}
}

func fmtFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "write", Aliases: []string{"w"}},
		&cli.BoolFlag{Name: "check"},
		&cli.BoolFlag{Name: "diff", Aliases: []string{"d"}},
		&cli.StringFlag{Name: "dialect"},
		&cli.BoolFlag{Name: "no-color"},
	}
}

func parseFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json"},
		&cli.StringFlag{Name: "dialect"},
		&cli.BoolFlag{Name: "no-color"},
	}
}

func providersFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "env", Aliases: []string{"e"}},
		&cli.BoolFlag{Name: "json"},
		&cli.BoolFlag{Name: "no-color"},
	}
}

func sandboxFlags() []cli.Flag {
	return []cli.Flag{&cli.GenericFlag{Name: "sandbox-ttl", Value: new(duration)}}
}

// duration is the value of a flag such as "2s"; a bare number is seconds, as
// in a request file.
type duration time.Duration

func (d *duration) Set(text string) error {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		text += "s"
	}
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed <= 0 {
		return fmt.Errorf("expected a duration such as `300ms`, `2s` or `1m`")
	}
	*d = duration(parsed)
	return nil
}

func (d *duration) String() string { return time.Duration(*d).String() }

// number is the value of a flag that counts something: at least 1.
type number int

func (n *number) Set(text string) error {
	parsed, err := strconv.Atoi(text)
	if err != nil || parsed < 1 {
		return fmt.Errorf("expected a whole number of at least 1")
	}
	*n = number(parsed)
	return nil
}

func (n *number) String() string { return strconv.Itoa(int(*n)) }

// seed is the value of a flag that random values are made from.
type seed uint64

func (s *seed) Set(text string) error {
	parsed, err := strconv.ParseUint(text, 10, 64)
	if err != nil || parsed < 1 || parsed > runner.MaxSeed {
		return fmt.Errorf("expected a whole number from 1 to %d", uint64(runner.MaxSeed))
	}
	*s = seed(parsed)
	return nil
}

func (s *seed) String() string { return strconv.FormatUint(uint64(*s), 10) }

// size is the value of a flag such as "10M", in bytes: K, M and G are powers
// of 1024.
type size int64

func (s *size) Set(text string) error {
	digits, shift := text, 0
	if n := len(text) - 1; n > 0 {
		if unit := strings.IndexByte("KMG", text[n]&^0x20); unit >= 0 { // either case
			digits, shift = text[:n], 10*(unit+1)
		}
	}
	parsed, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || parsed < 1 || parsed > math.MaxInt64>>shift {
		return fmt.Errorf("expected a size such as `500K`, `10M` or `1G`")
	}
	*s = size(parsed << shift)
	return nil
}

func (s *size) String() string { return strconv.FormatInt(int64(*s), 10) }

// onOff is the value of a flag that is "on" or "off".
type onOff bool

func newSwitch(on bool) *onOff { return (*onOff)(&on) }

func (o *onOff) Set(text string) error {
	switch text {
	case "on", "off":
		*o = text == "on"
		return nil
	default:
		return fmt.Errorf("expected `on` or `off`")
	}
}

func (o *onOff) String() string {
	if *o {
		return "on"
	}
	return "off"
}

// get returns the value of a flag of one of the types above; the zero value for a
// flag that the command does not have.
func get[T any](c *cli.Context, name string) (v T) {
	if given, ok := c.Generic(name).(*T); ok {
		v = *given
	}
	return v
}
