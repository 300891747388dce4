# Weftline: what can be made. `make help` lists it.
#
# Rust and Node are all that `make` and `make run` need; `make test` installs the rest (scripts/setup.sh).
# Cargo builds into ./target, or where CARGO_TARGET_DIR says.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

target := $(or $(CARGO_TARGET_DIR),target)

# What `make run` runs. For example: make run SOLUTION=solutions/three-machines SPEED=60
SOLUTION ?= solutions/machine-shop
SPEED ?= 600
DATA ?= weft-data/$(notdir $(patsubst %/,%,$(SOLUTION)))
ARGS ?=

packages := console/node_modules/.package-lock.json
console := console/dist/index.html
console_sources := $(shell find console/app console/public console/index.html console/package.json \
  console/tsconfig.json console/vite.config.ts -type f -not -name '*.spec.*' 2>/dev/null)

.PHONY: all
all: need $(console) ## The console and the binary, release build: target/release/weft
	cargo build --release --package weft
	@echo "built $(target)/release/weft"

.PHONY: run
run: all ## The machine shop in its twin, with the console at http://127.0.0.1:7420; Ctrl-C ends it
	@echo "Open http://127.0.0.1:7420 when it says so; Ctrl-C ends it, and the next run goes on from there."
	@$(target)/release/weft run $(SOLUTION) --twin --speed $(SPEED) --data $(DATA) $(ARGS)

.PHONY: check
check: ## Format, rules of the house, lints, tests of the core: a minute or two
	@scripts/test.sh check

.PHONY: test
test: ## Everything, quickest answer first; KEEP_GOING=1 does not stop at the first failure
	@scripts/test.sh test

.PHONY: console
console: $(console) ## The console alone: console/dist

.PHONY: api
api: $(packages) ## The API's description and the console's types of it, after a change to crates/serve
	mkdir -p $(target)
	cargo run --quiet --package weft -- openapi > $(target)/openapi.json
	mv $(target)/openapi.json console/openapi.json
	cd console && npm run types

.PHONY: need
need:
	@scripts/need.sh rust node

.PHONY: fmt
fmt: ## Rust as rustfmt writes it
	cargo fmt --all

.PHONY: setup
setup: ## What the tests need beside Rust and Node: Python environments, Chromium, a Chinese font
	@scripts/setup.sh

.PHONY: clean
clean: ## Removes what was built; not what was recorded (weft-data)
	cargo clean
	rm -rf console/dist console/node_modules

.PHONY: help
help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# npm writes this file last, so it stands for all of node_modules. Not `npm ci`: it wants the binaries of
# every platform in the lock, and npm leaves those out that a registry does not have.
$(packages): console/package.json console/package-lock.json | need
	cd console && npm install --no-save --no-audit --no-fund
	@touch $@

$(console): $(packages) $(console_sources)
	cd console && npm run build
	@touch $@
