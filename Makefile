# Two commands do everything on a fresh machine: make run, make test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes
POSTGRES := $(findstring postgres,$(DATABASE_URL))
PO := $(wildcard aplomb/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgres lint types bench crash messages parts fuzz clean

help: ## what there is to type
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(VENV)/.run $(MO) ## the desk at http://127.0.0.1:8000, a mail receiver at 127.0.0.1:8025
	@exec $(BIN)/aplomb serve

test: test-sqlite test-postgres ## everything, on SQLite and on PostgreSQL, with a real browser and real mail servers

test-sqlite: $(VENV)/.test $(MO) parts ## the tests on SQLite; one of them: make test-sqlite T=tests/journeys
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(T)

test-postgres: $(VENV)/.test $(MO) parts ## the tests on PostgreSQL
	$(BIN)/python -m tests.parts.with_postgres -- $(BIN)/python -m pytest -n 2 --dist loadgroup $(T)

lint: $(VENV)/.test ## style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy aplomb tests
	$(BIN)/lint-imports

crash: $(VENV)/.test $(MO) ## kill the desk at random while mail comes and goes, and count: make crash ROUNDS=200 DATABASE=sqlite SEED=1
	$(BIN)/python -m tests.crash $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(DATABASE),--database $(DATABASE)) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/.test $(MO) ## load and speed; sizes: make bench B="--tickets 10000,100000"
	$(BIN)/python -m bench $(B)

fuzz: $(VENV)/.fuzz ## inputs that grow towards what was never reached; for how long: make fuzz SECONDS=60
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

messages: $(VENV)/.test parts ## collect the texts for translation (needs gettext)
	cd aplomb && ../$(BIN)/python ../manage.py makemessages --all --no-location --no-obsolete --ignore 'tests/*'

parts: $(VENV)/.test ## the real parts that tests use: Dovecot, Chromium, gettext
	@$(BIN)/python -m tests.parts.ensure

clean: ## forget the environment and caches; data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Aplomb needs Python 3.11 or newer; PYTHON=python3.12 make … names another one") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/base.txt requirements/build.txt $(if $(POSTGRES),requirements/postgres.txt) pyproject.toml CHANGELOG.md | $(BIN)/python
	$(PIP) -r requirements/base.txt -r requirements/build.txt $(if $(POSTGRES),-r requirements/postgres.txt)
	$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt requirements/postgres.txt $(VENV)/.run
	$(PIP) -r requirements/base.txt -r requirements/postgres.txt -r requirements/build.txt -r requirements/test.txt
	@touch $@

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.test
	$(PIP) -r requirements/fuzz.txt
	@touch $@

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(word 3,$(subst /, ,$<))
