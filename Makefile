# Parley. `make run` starts it, `make test` proves it; both do all of their own set-up.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
QUIET := -qq --disable-pip-version-check
LOCKED := --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links

# Where this is set, each of some hundred servers that the tests start would compile all modules anew: 0.4 s of 1.9.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test prove chaos bench bench-board bench-media bench-relay bench-soak lint types units browsers messages lock upgrade clean

run: .venv/run  ## start the server on http://127.0.0.1:8000
	@$(BIN)/python -m server serve

test:  ## lint, types and every test, browsers included
	@$(MAKE) --no-print-directory -j2 .venv/test tools/.packages
	@$(MAKE) --no-print-directory -j2 lint types
	@$(BIN)/python tools/run_tests.py

prove: .venv/test tools/.packages  ## the long forms: 10,000 moves, 1,000 crashes, random properties
	PARLEY_PROVE=1 PARLEY_MOVES=10000 PARLEY_CRASHES=1000 $(BIN)/python tools/run_tests.py --timeout 7200

chaos: .venv/test tools/.packages  ## everything that can break, a thousand times, and what is left of it
	PARLEY_CHAOS=1 $(PYTEST) tests/chaos --timeout 7200

bench: .venv/test tools/.packages  ## measure; JSON and a table in tests/bench/results/
	$(BIN)/python -m tests.bench

bench-relay: .venv/test tools/.packages  ## nodes, Redis and PostgreSQL under load, beside two peers that it installs under build/
	$(BIN)/python -m tests.bench relay

bench-media: .venv/test tools/.packages  ## the media plane, beside Debian's Janus, which it installs as root, and a floor in C; a quarter of an hour
	timeout 1200 $(BIN)/python -m tests.bench media

bench-soak: .venv/test  ## half an hour of people who come, are moved and leave, and what is left of it (PARLEY_SOAK_MINUTES)
	$(BIN)/python -m tests.bench soak

bench-board: .venv/test tools/.packages  ## the whiteboard's part of it
	$(BIN)/python -m tests.bench board

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test
	$(BIN)/mypy

units: .venv/test  ## the quick part of the tests
	$(PYTEST) -n 2 --dist loadfile tests/unit tests/property

browsers: .venv/test tools/.packages  ## the browser part of the tests
	$(PYTEST) tests/browser

# Each marker is as new as the lock that it was installed from, so a second run starts at once.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Parley needs Python 3.11 or newer. Install it and try again."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment here: install python3-venv."; exit 1; }

.venv/run: requirements.lock | .venv/bin/python
	@echo "Installing what Parley needs (once)"
	@$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements.lock
	@touch $@

.venv/test: requirements-test.lock web/package-lock.json | .venv/bin/python
	@$(BIN)/python -m pip install $(QUIET) --require-hashes -r requirements-test.lock
	@cd web && PATH="$(CURDIR)/$(BIN):$$PATH" ../$(BIN)/npm ci --silent --no-audit --no-fund
	@touch $@ .venv/run

tools/.packages: tools/packages.sh
	@sh tools/packages.sh
	@touch $@

messages: .venv/test  ## collect the sentences of the pages anew and bring the catalogues up to date
	$(BIN)/python tools/words.py

lock: | .venv/bin/python  ## bring both locks up to date with pyproject.toml; what fits stays as it is
	@$(BIN)/python -m pip install $(QUIET) uv
	$(BIN)/uv pip compile $(LOCKED) $(NEWEST) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCKED) $(NEWEST) -c requirements.lock --extra test pyproject.toml -o requirements-test.lock

upgrade:  ## the newest versions that pyproject.toml allows into both locks
	@$(MAKE) --no-print-directory lock NEWEST=--upgrade

clean:
	rm -rf .venv tools/.packages web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
