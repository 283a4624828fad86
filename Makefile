# Everything runs in .venv, which is made and kept in step with requirements-dev.lock; nothing else is touched.
# Wanted on the machine: Python 3.11 or newer (PYTHON=python3.12 make … chooses one), make, and the package registries.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
export UV_SYSTEM_CERTS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run mutation fuzz load test check bench reset lock docs browser

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/make \1\t/p' Makefile

run: $(INSTALLED)  ## start everything; options: make run args="--rulebooks all"
	@exec $(BIN)/python -m dev run $(args)

load: $(INSTALLED)  ## load rulebooks with a year of invented work into what runs: make load rulebooks=all
	@$(BIN)/python -m dev load $(args) $(rulebooks)

# Each worker has a broker and a database of its own; a file's tests stay together, and the long ones come first.
test: $(INSTALLED) browser  ## all tests; one: make test args="tests/unit -k quota"
	$(BIN)/python -m pytest $(or $(args),--numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder tests)

check: $(INSTALLED)  ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

mutation: $(INSTALLED)  ## change every number of the rulebooks, and see that an example notices; minutes
	$(BIN)/python -m tests.mutation $(args)

fuzz: $(INSTALLED)  ## try thousands of other examples in the property tests; many minutes; args="tests/unit/scoring"
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -m hypothesis $(or $(args),tests/unit)

bench: $(INSTALLED)  ## measure against peers; one: make bench only=NAME
	@$(BIN)/python -m tests.benchmarks $(if $(only),--only $(only)) $(args)

reset: $(INSTALLED)  ## delete the data of make run
	@$(BIN)/python -m dev reset $(args)

docs: $(INSTALLED)  ## write the pages of docs/ that are made from the code
	@$(BIN)/python -m dev docs

lock: $(BIN)/uv  ## choose the newest versions that pyproject.toml allows; commit the result
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --upgrade \
		pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --upgrade \
		-c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

# The tests of the pages need a browser. Only root on Debian can be given one; elsewhere those tests say why they skip.
browser:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Debian's chromium for the browser tests …"; \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null \
			|| echo "chromium could not be installed; the browser tests will be skipped."; \
	fi

$(BIN)/uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; choose one with PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
	@echo "Installing uv …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock
	@touch $@

$(INSTALLED): $(BIN)/uv requirements-dev.lock
	@echo "Installing what requirements-dev.lock lists …"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --require-hashes requirements-dev.lock requirements-uv.lock
	@touch $@
