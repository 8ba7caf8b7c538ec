# The two commands to know are `make serve` and `make test`. `make help` lists the rest.

# `make serve CONFIGURATION=debug` builds in a third of the time and serves six times slower.
CONFIGURATION ?= release
# More flags for the build of `make serve`, for example --static-swift-stdlib.
SWIFT_BUILD_FLAGS ?=
# Arguments for the server, for example ARGS="--listen 127.0.0.1:9000 --database sqlite:other.db".
ARGS ?=
# Seconds that each fuzzer runs.
FUZZ_SECONDS ?= 60

FORMATTED = Package.swift Sources Tests Fuzz $(wildcard Benchmarks)

.DEFAULT_GOAL := help
.PHONY: help serve build test demo bench generate format lint fuzz

help: ## List the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

serve: build ## Install what is missing, build, and run the server on 127.0.0.1:8080
	exec "$$(swift build -c $(CONFIGURATION) $(SWIFT_BUILD_FLAGS) --show-bin-path)/grafeion" serve $(ARGS)

build: ## Install what is missing and build the program
	scripts/setup.sh serve
	scripts/build.sh -c $(CONFIGURATION) --product grafeion $(SWIFT_BUILD_FLAGS)

test: ## Install what is missing, build, and run every test
	scripts/setup.sh test
	scripts/build.sh --build-tests
	scripts/test.sh

demo: ## Watch it work: real build provenance in, answers by filter out
	scripts/setup.sh demo
	scripts/demo.sh

bench: ## Measure; results go to docs/BENCHMARKS.md
	scripts/setup.sh bench
	scripts/bench.sh

generate: ## Make Sources/GrafeasProto again from the contract tables
	scripts/generate.sh

format: ## Format every source file
	scripts/formatted-files.sh $(FORMATTED) | xargs swift format --in-place --parallel

lint: ## Check the format of every source file
	scripts/formatted-files.sh $(FORMATTED) | xargs swift format lint --strict --parallel

fuzz: ## Fuzz the filter language and the REST transcoder, FUZZ_SECONDS each
	scripts/setup.sh serve
	scripts/fuzz-filter.sh $(FUZZ_SECONDS)
	scripts/fuzz-transcoder.sh $(FUZZ_SECONDS)
