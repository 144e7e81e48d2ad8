# `make` lists the targets. It needs only GNU make and Python 3.11 or newer.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

# Options for one test run: make test TESTS=tests/models, make test PYTEST="-x -k dates"
TESTS ?=
PYTEST ?=

.DEFAULT_GOAL = help
.PHONY: help run dev test check test-sqlite test-postgresql explore lint-api format bench install install-dev clean

help:
	@echo "make run      serve the catalogue (HOST, PORT, DATABASE_URL, ALLOWED_HOSTS, CURATOR_PASSWORD)"
	@echo "make dev      the same for developers: reload on change, debug pages"
	@echo "make test     everything that has to hold: lint, types, floors, migrations, tests"
	@echo "make explore  send the API thousands of requests at random, and try other examples in the tests that make them (some minutes)"
	@echo "make lint-api read the API's description with Redocly CLI (needs Node and npm)"
	@echo "make format   put Python and templates into shape"
	@echo "make bench    measure pages on a made collection of 10,000 records"
	@echo "make clean    remove the virtual environment and caches; records and pictures stay"

# --- Serving ---------------------------------------------------------------------------------------

run: $(VENV)/installed
	@$(BIN)/python manage.py serve

dev: export DEBUG = true
dev: $(VENV)/installed-dev
	@$(BIN)/python manage.py prepare
	@$(BIN)/python manage.py jobs work --with-parent $$$$ & exec $(BIN)/python manage.py runserver $(HOST):$(PORT)

# --- Checking --------------------------------------------------------------------------------------

test: check test-sqlite test-postgresql

# Bytecode is kept even where the environment forbids it: each of the tests' processes would compile the catalogue,
# and each of pytest's all test files, from their sources.
test check test-sqlite test-postgresql explore: export PYTHONDONTWRITEBYTECODE =

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find catalog -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n0 tests/contracts/test_tooling_floors.py
	$(BIN)/python manage.py makemigrations --check --dry-run

test-sqlite: $(VENV)/installed-dev
	env -u DATABASE_URL $(BIN)/pytest $(PYTEST) $(TESTS)

# Tests marked `once` do not depend on the database; they have run above.
test-postgresql: $(VENV)/installed-dev
	$(BIN)/python tests/postgresql.py $(BIN)/pytest -m "not once" $(PYTEST) $(TESTS)

# `make test` sends the same requests and tries the same examples every time.
explore: export SCHEMATHESIS_EXAMPLES ?= 50
explore: $(VENV)/installed-dev
	env -u DATABASE_URL $(BIN)/pytest --dist=load tests/api/test_any_request.py
	env -u DATABASE_URL $(BIN)/pytest --hypothesis-profile=explore $$(grep -rlE '^from hypothesis' tests)

# Redocly CLI comes from npm, pinned in tests/contracts/redocly; `make test` does not need it.
lint-api: $(VENV)/installed-dev
	npm ci --prefix tests/contracts/redocly --no-audit --no-fund --ignore-scripts --silent
	$(BIN)/pytest -n0 -q tests/contracts/test_api_lint.py

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	find catalog -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

bench: $(VENV)/installed-dev
	$(BIN)/python tests/benchmarks/pages.py

# --- The virtual environment -----------------------------------------------------------------------
# A stamp is touched when its requirements are installed; as long as they do not change, a start skips pip.

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not that. Name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/installed: requirements.txt | $(BIN)/python
	@echo "Installing what the catalogue needs (once)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-prezi3.txt requirements.txt | $(BIN)/python
	@echo "Installing the tools for developers (once)"
	@$(PIP) -r requirements-dev.txt
	@$(PIP) --no-deps -r requirements-prezi3.txt
	@touch $(VENV)/installed $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find archive_site catalog fixtures tests -name __pycache__ -type d -prune -exec rm -rf {} +
