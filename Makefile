# `make help` lists the targets. All tools are pinned here, and are installed from the Go or npm registry.

OAPI_CODEGEN  := go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2
SQLC          := CGO_ENABLED=1 go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1
GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
CYCLONEDX     := go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
GO_LICENSES   := go run github.com/google/go-licenses@v1.6.0
GOVULNCHECK   := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
NFPM          := go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
BENCHSTAT     := go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
# Go modules below the main one, which `./...` doesn't include: the Go SDK, its tests against a real server, and the check of histories.
MODULES := sdk/ocipe test/sdk/go test/faults/history

ALL ?=

.DEFAULT_GOAL := help
.PHONY: help run test race faults faults-short build generate lint drift contract clients sdk browser bench bench-overload scale soak hostile profile lines microbench bench-smoke fuzz sbom licenses vuln release check clean
.PHONY: dist test-dist test-package

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: build ## install what is missing and serve on http://localhost:8080
	@sh scripts/ensure-postgres.sh run
	bin/ocipe serve

RACE ?=
test: postgres ## install what is missing and run the Go tests (needs Go and PostgreSQL); for SDKs, browser and contract, run make check
	@echo "make test: the Go suite. It compiles first; each package prints a line when it is done. With the race detector: make race. For SDKs, browser and contract: make check"
	@packages=$$(go list ./... | grep -v '/bench\(/\|$$\)\|/test/faults\(/\|$$\)') && sh scripts/in-memory.sh go test $(RACE) -timeout 60m $$packages
	@for dir in $(filter-out test/faults/%,$(MODULES)); do (cd $$dir && sh $(CURDIR)/scripts/in-memory.sh go test $(RACE) -timeout 60m ./...) || exit 1; done

race: cc ## run the Go tests with the race detector (needs a C compiler), as make check does
	@$(MAKE) --no-print-directory test RACE=-race

FAULTS ?=
faults: postgres pgbouncer proxies promtool ## test the server while its dependencies fail: databases, poolers, clocks, proxies, replicas (FAULTS=-short: the short form of make check)
	go test -count=1 -timeout 60m $(FAULTS) ./test/faults
	cd test/faults/history && go test -count=1 -timeout 60m $(FAULTS) ./...

faults-short:
	@$(MAKE) --no-print-directory faults FAULTS=-short

build: ## build bin/ocipe (without debug information, a quarter of its size; profiles and stack traces still work)
	@mkdir -p bin
	go build -trimpath -ldflags='-s -w' -o bin/ocipe .

generate: ## generate gen/, the code of both SDKs and the weights of foods: only what has changed, or everything with ALL=1
	@ALL=$(ALL) sh scripts/generate.sh models "$(OAPI_CODEGEN) -config oapi-codegen.models.yaml openapi.yaml" oapi-codegen.models.yaml openapi.yaml
	@ALL=$(ALL) sh scripts/generate.sh server "$(OAPI_CODEGEN) -config oapi-codegen.yaml openapi.yaml" oapi-codegen.yaml openapi.yaml
	@ALL=$(ALL) sh scripts/generate.sh client "$(OAPI_CODEGEN) -config oapi-codegen.client.yaml openapi.yaml" oapi-codegen.client.yaml openapi.yaml
	@ALL=$(ALL) sh scripts/generate.sh sdk-go "$(OAPI_CODEGEN) -config sdk/ocipe/oapi-codegen.yaml openapi.yaml" sdk/ocipe/oapi-codegen.yaml openapi.yaml
	@ALL=$(ALL) sh scripts/generate.sh sdk-typescript "make --no-print-directory node_modules && npm run --silent sdk:generate" openapi.yaml package-lock.json sdk/typescript/scripts
	@ALL=$(ALL) sh scripts/generate.sh foods "go generate ./internal/food" internal/food/dictionary internal/food/maketable
	@ALL=$(ALL) sh scripts/generate.sh db "sh scripts/ensure-cc.sh && $(SQLC) generate" sqlc.yaml internal/postgres/migrations internal/postgres/queries

lint: node_modules ## lint the Go code, its import rules, the shell scripts' syntax and the contract
	$(GOLANGCI_LINT) run
	go mod tidy -diff
	for dir in $(MODULES); do (cd $$dir && $(GOLANGCI_LINT) run && go mod tidy -diff) || exit 1; done
	for f in scripts/*.sh .ci/run; do sh -n "$$f" || exit 1; done
	npm run --silent lint:contract

drift: ## fail if the generated code doesn't match the contract and the SQL
	@rm -rf .drift && mkdir .drift && cp -R gen sdk/ocipe/api sdk/typescript/src .drift
	@if $(MAKE) --no-print-directory generate ALL=1 && diff -rq .drift/gen gen && diff -rq .drift/api sdk/ocipe/api && diff -rq .drift/src sdk/typescript/src; then rm -rf .drift; \
	else rm -rf gen sdk/ocipe/api sdk/typescript/src && mv .drift/gen . && mv .drift/api sdk/ocipe && mv .drift/src sdk/typescript && rmdir .drift; \
		echo "gen/, sdk/ocipe/api/ or sdk/typescript/src/ is not what make generate makes: run it, and commit"; exit 1; fi

contract: build node_modules postgres generator ## test the contract: with an independent validator, other generators and a broken server, and for breaking changes since the release
	npm run --silent sdk:build
	npm run --silent test:contract

clients: build node_modules postgres generators ## compile the generated clients in Kotlin and Rust (several minutes; not in CI)
	npm run --silent test:clients

sdk: build node_modules chromium postgres ## test the TypeScript SDK (the Go one is part of make test)
	npm run --silent sdk:test

browser: build node_modules chromium postgres ## run the README's curl session, and test Swagger UI and a web client in a browser
	npm run --silent test:browser

OLD ?=
bench: postgres ## compare the server with the floor (CPU per request, memory, starts; results go to docs/bench), or with OLD=path/to/ocipe; on Linux
	go run ./bench $(if $(OLD),-old "$(OLD)",-out docs/bench)

bench-smoke: postgres ## run every kind of benchmark briefly, and fail if the server or the floor returns a wrong response
	go test -p 1 -timeout 60m ./bench/... # one package at a time: without a free processor, a server collects garbage late, and one test limits its memory

DIR ?=
scale: postgres ## compare the cost at 1,000 and 1,000,000 users, and of large libraries, on Linux (half an hour, 25 GiB in DIR)
	go run ./bench -scale 1000,1000000 -recipes 10 -rounds 7 -dir "$(DIR)" -out docs/bench

TIME ?= 10m
soak: postgres ## put the server under mixed load for TIME=10m and report growing resources, on Linux
	go run ./bench -soak $(TIME) -out docs/bench

bench-overload: postgres ## send the server up to three times the load that it can serve, on Linux (three minutes; results go to docs/bench)
	go run ./bench -overload 8s -out docs/bench

OP ?= get
profile: postgres ## profile the server under the load of one operation, OP=list or OP="GET one recipe", on Linux
	go run ./bench -profile -seconds 2 -only "$(OP)"

hostile: postgres build ## attack a server, on Linux; print its memory, and how long another user's reads take meanwhile
	go run ./bench/hostile -server bin/ocipe

BENCH ?= .
microbench: postgres ## run the Go benchmarks and compare with docs/bench/microbench.txt; BENCH=Decide runs only those with matching names
	@sh scripts/microbench.sh 6 0.3s "$(BENCH)" "$(BENCHSTAT)"

lines: ## print how many of the labeled ingredient lines are parsed correctly, by language
	@go test -count=1 -v -run TestLabeledLines ./internal/quantity

CHECKS ?= 2000
fuzz: postgres ## fuzz requests generated from the contract, races and the verification of tokens: a quarter of an hour, many hours with CHECKS=50000
	go test -count=1 -timeout 0 -v ./internal/contractfuzz -rapid.checks=$(CHECKS)
	go test -count=1 -timeout 0 ./api -rapid.checks=200
	go test -count=1 -timeout 0 ./internal/session -rapid.checks=$(CHECKS)
	go test -count=1 -timeout 0 -run ByKin ./internal/validate -rapid.checks=$(CHECKS)
	go test -run '^$$' -fuzz FuzzVerify -fuzztime 60s ./internal/token
	go test -run '^$$' -fuzz FuzzParseLine -fuzztime 60s ./internal/quantity
	go test -run '^$$' -fuzz FuzzScale -fuzztime 60s ./internal/measure

sbom: build ## list the components of bin/ocipe in bin/ocipe.cdx.json (CycloneDX)
	$(CYCLONEDX) bin -json -std -output bin/ocipe.cdx.json bin/ocipe

dist: ## build the archives, packages, lists of components and SHA256SUMS of a release in dist/; PLATFORMS="linux/amd64" builds only these
	@CYCLONEDX="$(CYCLONEDX)" NFPM="$(NFPM)" sh scripts/dist.sh

test-dist: ## build the release from two clones and compare all bytes
	@CYCLONEDX="$(CYCLONEDX)" NFPM="$(NFPM)" sh scripts/test-dist.sh

test-package: ## install, start, upgrade and remove the .deb in a clean Debian (needs root; not in CI)
	@CYCLONEDX="$(CYCLONEDX)" NFPM="$(NFPM)" sh scripts/test-package.sh

# Licenses that require only that their text is included. Others need a decision first.
LICENSES := MIT,BSD-2-Clause,BSD-3-Clause,Apache-2.0,ISC
licenses: ## fail if a dependency of the program or of the Go SDK has a license that isn't allowed
	@mkdir -p bin
	for dir in . sdk/ocipe; do (cd $$dir && $(GO_LICENSES) check --logtostderr=false --stderrthreshold=FATAL --log_dir=$(CURDIR)/bin --ignore=github.com/ocipe/ocipe --allowed_licenses=$(LICENSES) .) || exit 1; done

vuln: ## fail if the program reaches a known vulnerability (needs vuln.go.dev; make release runs it)
	$(GOVULNCHECK) . ./internal/... ./api/...

release: node_modules ## tag a release: make release VERSION=0.2.0
	@sh scripts/release.sh $(VERSION)

check: lint licenses drift race faults-short bench-smoke contract sdk browser ## run everything that CI runs

clean: ## remove build results; data stays
	rm -rf bin dist .drift artifacts node_modules sdk/typescript/dist

.PHONY: proxies promtool postgres chromium cc generator generators pgbouncer
pgbouncer:
	@sh scripts/ensure-pgbouncer.sh
postgres:
	@sh scripts/ensure-postgres.sh
cc:
	@sh scripts/ensure-cc.sh
proxies:
	@sh scripts/ensure-proxies.sh
promtool:
	@sh scripts/ensure-promtool.sh
chromium:
	@sh scripts/ensure-chromium.sh
generator:
	@sh scripts/ensure-generator.sh
generators:
	@sh scripts/ensure-generator.sh all

node_modules: package.json package-lock.json
	@sh scripts/ensure-node.sh
	npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=5
	@touch node_modules
