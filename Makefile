# What a developer does with this repository. `make` alone lists it.
#
# Needed: Go and a C compiler. Every other tool is built from its pinned module
# below tools/ into bin/, on first use.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := $(CURDIR)/bin

# Modules of their own that hold tests; `make test` runs them after the root.
TEST_MODULES := $(patsubst %/go.mod,%,$(sort $(wildcard test/*/go.mod)))
MODULES      := . $(TEST_MODULES)

# Flags for `go test`, for example TESTFLAGS=-race.
TESTFLAGS ?=
# How long the tests of a package may take. On a machine that has never built them,
# those of test/cluster compile the control plane of Kubernetes first.
TESTTIMEOUT ?= 45m
# How long `make fuzz` runs each fuzz target.
FUZZTIME ?= 20s
# Where `make vuln` finds known vulnerabilities. A file:// address of a copy of
# the database makes it work without a network.
VULNDB ?= https://vuln.go.dev

##@ Use

.PHONY: help
help: ## List the targets.
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/stowage.
	go build -trimpath -o $(BIN)/stowage ./cmd/stowage

##@ Check

.PHONY: test
test: ## Run the tests of the root module, then those of each module below test/.
	@for module in $(MODULES); do \
		echo "==> go test ./... in $$module"; \
		go -C $$module test -timeout $(TESTTIMEOUT) $(TESTFLAGS) ./...; \
	done

.PHONY: lint
lint: $(BIN)/golangci-lint ## Run the linters of .golangci.yml over every module.
	@for module in $(MODULES); do \
		echo "==> golangci-lint in $$module"; \
		(cd $$module && $(BIN)/golangci-lint run --config $(CURDIR)/.golangci.yml ./...); \
	done

.PHONY: verify
verify: verify-generated verify-source ## Fail if generated files, formatting or go.mod files are stale.

.PHONY: verify-generated
verify-generated:
	@tools/verify-generated.sh

# The tool modules are left out of the check for tidiness: it fetches whatever
# the tests of every linter import, hundreds of modules that nothing here uses.
.PHONY: verify-source
verify-source:
	@unformatted=$$(gofmt -l .); \
	if [[ -n $$unformatted ]]; then \
		echo "not formatted; run 'gofmt -w' on:"; echo "$$unformatted"; exit 1; \
	fi
	@for module in $(MODULES); do \
		echo "==> go vet and go mod tidy -diff in $$module"; \
		go -C $$module vet ./...; \
		go -C $$module mod tidy -diff || { echo "go.mod or go.sum in $$module is stale; run 'go mod tidy' there"; exit 1; }; \
	done

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (20s) each.
	@FUZZTIME=$(FUZZTIME) tools/fuzz.sh

.PHONY: bench
bench: ## Run every benchmark of the root module once.
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: eval-discovery
eval-discovery: ## Score schema discovery against the hand-reviewed definitions.
	go test ./internal/schema -run TestEvalDiscovery -v -count=1

.PHONY: vuln
vuln: $(BIN)/govulncheck ## Look for known vulnerabilities (needs the network, or VULNDB=file://...).
	@for module in $(MODULES); do \
		echo "==> govulncheck in $$module"; \
		(cd $$module && $(BIN)/govulncheck -db $(VULNDB) ./...); \
	done

##@ Generate

# A new generator is a target named generate-<what>, added to this list.
GENERATORS := generate-deepcopy generate-crds generate-docs

.PHONY: generate $(GENERATORS)
generate: $(GENERATORS) ## Write every generated file anew.

generate-deepcopy: $(BIN)/controller-gen
	$(BIN)/controller-gen object paths=./api/...

generate-crds: $(BIN)/controller-gen
	$(BIN)/controller-gen crd paths=./api/... output:crd:dir=config/crd

generate-docs: generate-deepcopy generate-crds
	go run ./internal/docgen

##@ Tools

.PHONY: tools
tools: $(BIN)/controller-gen $(BIN)/golangci-lint $(BIN)/govulncheck ## Build the tools into bin/.

# Each tool has the module that pins it as a prerequisite, so that it is built
# anew when its version changes.
$(BIN)/controller-gen: tools/go.mod tools/go.sum
	go -C tools build -o $@ sigs.k8s.io/controller-tools/cmd/controller-gen

$(BIN)/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	go -C tools/lint build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(BIN)/govulncheck: tools/vuln/go.mod tools/vuln/go.sum
	go -C tools/vuln build -o $@ golang.org/x/vuln/cmd/govulncheck

.PHONY: clean
clean: ## Remove bin/.
	rm -rf $(BIN)
