# One line each. `make demo` and `make test` do all the set-up: Python 3.11 or newer and make are enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN := .venv/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes
.DEFAULT_GOAL := help
.PHONY: help demo test check lint check-long bench bench-reconcile lock catalogue diagram schema translations screenshots

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: .venv/installed ## a province, one day of it, synchronised: make demo ARGS="--exit --fresh"
	@exec $(RUN) manage.py demo $(ARGS)

test: .venv/installed-dev ## the tests
	@$(RUN) -m pytest -n 4 --dist worksteal -m "not long" $(ARGS)

check: lint test ## everything CI asks: lint, types, contracts, documents, tests

lint: .venv/installed-dev ## ruff, mypy, import contracts, migrations, templates, lock, documents
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check --quiet .
	@$(RUN) -m mypy .
	@.venv/bin/lint-imports --no-cache
	@$(RUN) manage.py makemigrations --check --dry-run
	@.venv/bin/djlint portal/templates --lint --quiet
	@$(RUN) -m tests.lock
	@$(RUN) manage.py lifecycle_diagram --check
	@$(RUN) -m procedures.catalogue --check

check-long: .venv/installed-dev ## the full matrices, some minutes
	@$(RUN) -m pytest -m long $(ARGS)

bench: .venv/installed-bench ## our job against the machine's limit and against others, ten minutes
	@$(RUN) -m tests.bench $(ARGS)

bench-reconcile: .venv/installed-dev ## compare a million dossiers of both sides, some minutes
	@$(RUN) -m tests.bench.reconcile $(ARGS)

lock: .venv/installed-dev ## compile the requirements, with hashes
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 requirements-bench.in -o requirements-bench.txt

catalogue: .venv/installed ## derive the catalogue's files from their sources
	@$(RUN) -m procedures.catalogue

diagram: .venv/installed ## draw docs/lifecycle.md
	@$(RUN) manage.py lifecycle_diagram

schema: .venv/installed ## write docs/openapi.yaml from the API's views
	@$(RUN) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

translations: .venv/installed-dev ## gather and compile the English texts
	@$(RUN) manage.py translations

screenshots: .venv/installed-dev ## pictures of a running demo, for the README
	@$(RUN) -m tests.browser.screenshots $(ARGS)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or newer is needed, with venv (Debian: apt-get install python3 python3-venv)" >&2; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "make: python3 -m venv failed (Debian: apt-get install python3-venv)" >&2; exit 2; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing the portal's packages into .venv (once)"
	@$(PIP) -r requirements.txt && touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing the packages of tests and checks into .venv (once)"
	@$(PIP) -r requirements-dev.txt && touch $@

.venv/installed-bench: requirements-bench.txt .venv/installed-dev
	@echo "Installing the packages of the bench into .venv (once)"
	@$(PIP) -r requirements-bench.txt && touch $@
