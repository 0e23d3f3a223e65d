# make help lists the targets. Everything runs with the Go toolchain alone; only image needs Docker or Podman (DOCKER=podman).

GO       ?= go
DOCKER   ?= docker
FUZZTIME ?= 10s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LINT      = $(GO) tool -modfile=internal/tools/lint.mod golangci-lint

.DEFAULT_GOAL := help
.PHONY: help build test race lint fmt vet fuzz bench microbench loops openapi cover vuln image release ci clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## bin/tcpiplink-bridge, static
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/tcpiplink-bridge ./cmd/tcpiplink-bridge

test: ## all tests
	$(GO) test ./...

race: ## all tests under the race detector
	GORACE=atexit_sleep_ms=20 $(GO) test -race ./...

lint: ## golangci-lint, pinned in internal/tools/lint.mod; the first run builds it
	$(LINT) run ./...
	$(LINT) fmt --diff ./...

fmt: ## format: gofumpt, imports in three groups
	$(LINT) fmt ./...

vet: ## go vet
	$(GO) vet ./...

fuzz: ## each fuzz function for FUZZTIME
	@set -e; for pkg in $$($(GO) list ./...); do \
	  list=$$($(GO) test -list '^Fuzz' $$pkg); \
	  for f in $$(echo "$$list" | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; \
	    $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

bench: ## the bridge between other processes, against a relay and a bare loop; BENCH="--only throughput" for one
	$(GO) run ./internal/bench $(BENCH)

microbench: ## all Go benchmarks, with allocations
	$(GO) test -run '^$$' -bench . -benchmem ./...

loops: ## the results in docs/loops.md, from the simulator of topologies
	$(GO) test ./internal/loopsim -run TestTableOfDocs -count 1 -update

openapi: ## the schemas in docs/openapi.yaml, from the documents of the admin API
	$(GO) test ./internal/admin -run TestDescribedTypes -count 1 -update

cover: ## statement coverage; the profile is coverage.out
	$(GO) test -coverprofile=coverage.out ./...
	$(GO) tool cover -func=coverage.out | tail -n 1

vuln: ## known vulnerabilities in what is called; needs the online database
	$(GO) run golang.org/x/vuln/cmd/govulncheck@latest ./...

image: ## container image tcpiplink-bridge:VERSION
	$(DOCKER) build -f deploy/Dockerfile --build-arg VERSION=$(VERSION) --build-arg REVISION=$(shell git rev-parse HEAD) \
	  --build-arg CREATED=$(shell date -u +%Y-%m-%dT%H:%M:%SZ) -t tcpiplink-bridge:$(VERSION) .

release: ## archives, deb and rpm, SBOMs and checksums of all platforms in dist/; VERSION=1.2.3
	cd internal/tools/release && $(GO) run . --version $(VERSION)

ci: ## everything that must pass before a commit
	.ci/run

clean: ## remove what the other targets wrote
	rm -rf bin dist coverage.out
