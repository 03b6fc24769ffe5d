# What a newcomer types. `make` alone lists the targets; README.md explains the two that matter: demo and test.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The interpreter .venv is made from: any Python of at least 3.11.
PYTHON ?= python3
# How many people `make sample` writes about, and where to.
PEOPLE ?= 20000
SAMPLE_OUTPUT ?= sample-output
# Where `make demo` puts the dashboard; the program's own default when empty.
PORT ?=
# How many settlements `make bench` measures, and where it keeps generated files; the bench's own defaults when empty.
SETTLEMENTS ?=
DIRECTORY ?=

# How many changed files of each import format `make fuzz` tries, and the seed to do a run of it again; `make mutate` takes a seed too.
TRIES ?= 10000
SEED ?=

# Of `make release`: the tests have passed on this commit; only check.
TESTED ?=
DRY ?=

# How many times as many examples as make test `make soak` tries of each property.
EXAMPLES ?= 20

BIN := .venv/bin
READY := .venv/.ready
# In as many processes as there are cores; what took longest is told at the end.
AT_ONCE := -n auto --dist loadfile --no-loadscope-reorder --durations=20 --durations-min=2
# Debian's names for what the browser tests need: a browser, a font that has Chinese in it, and a library that
# Playwright's driver links against and a bare Debian lacks.
BROWSER_PACKAGES := chromium fonts-noto-cjk libatomic1
# What bureaus run beside the program: the tests start their own database, and run the examples in deploy/.
SERVER_PACKAGES := postgresql nginx-light systemd

# The stamp holds the path it was made at. A copied or moved checkout has an environment whose commands still run the
# old place's code, so a stamp from elsewhere counts as none.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
$(READY): FORCE
endif

.PHONY: help setup demo test quick kills soak mutate check columns bench sample fuzz bundle release papers lock clean FORCE

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: $(READY) ## make .venv from requirements.lock, with the monitor command in it

$(READY): requirements.lock pyproject.toml .ci/environment
	@PYTHON="$(PYTHON)" bash .ci/environment
	@printf '%s' "$(CURDIR)" > $@

demo: setup ## sample data in, a run, the dashboard up (PORT=n)
	$(BIN)/monitor demo --home demo-home $(if $(PORT),--port $(PORT))

test: setup ## everything tested, the browser journey included
	@bash .ci/system-packages $(BROWSER_PACKAGES) $(SERVER_PACKAGES) || echo "Without them the tests that need them are skipped." >&2
	$(BIN)/pytest $(AT_ONCE)

quick: setup ## spec, unit and dashboard tests, but no kill rounds
	$(BIN)/pytest $(AT_ONCE) -m "not kills" tests/spec tests/unit tests/dashboard

kills: setup ## every kill test, with a process killed at each step (make test copies what most deaths leave)
	MONITOR_TEST_KILLS=all $(BIN)/pytest $(AT_ONCE) -m kills tests/unit

soak: setup ## the properties on many more examples, other ones each time (EXAMPLES=n times as many as make test)
	MONITOR_TEST_EXAMPLES=$(EXAMPLES) $(BIN)/pytest $(AT_ONCE) tests/properties

mutate: setup ## sixty lines broken one at a time: do the tests of their room notice? (SEED=n; takes an hour or more)
	$(BIN)/python tests/mutate.py $(if $(SEED),--seed $(SEED))

check: setup ## lint, types, and the lock file against pyproject.toml (no network needed)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python .ci/check_tree.py
	$(BIN)/python .ci/columns.py --check

columns: setup ## what follows from the declared columns, written into SQL and READMEs
	$(BIN)/python .ci/columns.py

bench: setup ## the figures of the performance table, as JSON (SETTLEMENTS=n, DIRECTORY=dir)
	@PYTHONPATH=tests $(BIN)/python -m bench $(if $(SETTLEMENTS),--settlements $(SETTLEMENTS)) $(if $(DIRECTORY),--directory $(DIRECTORY))

sample: setup ## generated exports in sample-output/ (PEOPLE=n, 20000 unless told)
	$(BIN)/python -m sample_data generate --people $(PEOPLE) --output $(SAMPLE_OUTPUT)

fuzz: setup ## random changes to every import format, each read and counted (TRIES=n, 10000 each; SEED=n)
	$(BIN)/python tests/fuzzing.py --tries $(TRIES) $(if $(SEED),--seed $(SEED))

bundle: setup ## one archive in dist/ that installs without a network (needs the network)
	$(BIN)/python deploy/bundle.py

release: setup ## check, bundle and tag a release (TESTED=1 when .ci/run has passed; DRY=1 only checks)
	$(BIN)/python deploy/release.py $(if $(TESTED),--tested) $(if $(DRY),--dry-run)

papers: setup ## write the parts of papers that come from the program: the map of rooms, the states of a case
	PYTHONPATH=. $(BIN)/python tests/papers.py

lock: setup ## compile requirements.lock again from pyproject.toml (needs the network)
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --group dev pyproject.toml -o requirements.lock

clean: ## remove the environment, caches and generated files; never a home
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist sample-output bench-data test-artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
