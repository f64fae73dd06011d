# What the project checks. A machine with Go needs nothing else: tools are
# fetched by version through the module proxy.

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: test gofmt vet staticcheck cross race build fuzz corpus schema-suite bench integration oracle

test: gofmt vet staticcheck cross race

gofmt:
	@files=$$(gofmt -s -l $$(git ls-files '*.go')); \
	if [ -n "$$files" ]; then echo "gofmt -s would change:"; echo "$$files"; exit 1; fi

vet:
	$(GO) vet ./...
	$(GO) vet -tags integration ./internal/integration

staticcheck:
	$(GO) run $(STATICCHECK) ./...

# cross proves that the tree and its tests build for every platform that is
# promised.
PLATFORMS := linux/amd64 linux/arm64 linux/386 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 windows/386
cross:
	@set -e; for p in $(PLATFORMS); do \
		GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) build -o /dev/null ./...; \
	done
	GOOS=windows CGO_ENABLED=0 $(GO) vet ./...

# race has time for a machine that others use: the limit only ends what hangs.
race:
	$(GO) test -race -timeout 30m ./...

# build leaves out what the library of the command line has for man pages, which
# takes time at every start.
build:
	CGO_ENABLED=0 $(GO) build -tags urfave_cli_no_docs -trimpath -ldflags '-s -w' -o postrider .

# fuzz looks for new inputs that break a reader, FUZZTIME for each target.
FUZZTIME ?= 30s
fuzz:
	@set -e; for file in $$(git grep -l '^func Fuzz' -- '*_test.go'); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' $$file); do \
			echo "$$target in $$(dirname $$file)"; \
			$(GO) test ./$$(dirname $$file) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
		done; \
	done

# corpus compares the parser with what others read in the files that people wrote,
# which lie in ../shared/corpus, outside of the repository, and shows the figures.
CORPUS := ../shared/corpus
corpus:
	@test -d $(CORPUS) || { echo "corpus: not compared, for there is no $(CORPUS)"; exit 1; }
	@$(GO) test ./parser -run '^TestCorpus$$' -count=1 -v

# schema-suite checks the validator of JSON Schema against the official suite
# (https://github.com/json-schema-org/JSON-Schema-Test-Suite), which lies outside
# of the repository.
SCHEMA_SUITE := ../shared/json-schema-test-suite
schema-suite:
	@test -d $(SCHEMA_SUITE)/tests || { echo "schema-suite: not compared, for there is no $(SCHEMA_SUITE)"; exit 1; }
	@JSON_SCHEMA_TEST_SUITE=$(abspath $(SCHEMA_SUITE)) $(GO) test ./internal/jsonschema -run '^TestSuite$$' -count=1 -v

# integration runs the program against servers of others, which the scripts in
# .ci/integration install if they may: INTEGRATION=oidc for one of them.
INTEGRATION ?= curl keycloak nginx oidc oracle
integration:
	@set -e; for part in $(INTEGRATION); do .ci/integration/$$part.sh; done

# oracle compares what the program sends with what httpYac sends for the same
# files, the corpus included: a part of integration.
oracle:
	@$(MAKE) --no-print-directory integration INTEGRATION=oracle

# bench compares whole runs with a bare loop over net/http, and with hurl,
# httpyac and newman where they are on PATH: BENCH_RUNS=n for more runs,
# BENCH=-markdown for the table of docs/benchmarks.md.
bench:
	$(GO) run ./internal/bench $(BENCH)
