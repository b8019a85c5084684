# `make run` and `make test` do all set-up themselves: they need python3 (3.11 or newer), python3-venv and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# uv installs the same locked set faster when it is there; pip needs nothing but the venv itself.
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --no-deps
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
endif
# Without header and annotations the files hold nothing but pins and hashes: no path, no address of an index.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.PHONY: help run demo test test-fast test-spark lint format bench screenshots released-store lock audit clean install rollback uninstall

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: $(VENV)/.run ## Set up, then start the daemon on config.yaml
	$(BIN)/riwaya run

demo: $(VENV)/.run ## Run the daemon on invented feeds, print what it grouped and serve the pages; needs no network
	$(BIN)/riwaya demo --serve

test: $(VENV)/.dev ## Run every test, on SQLite and on a PostgreSQL that the tests start
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-fast: $(VENV)/.dev ## Run the tests that take less than a few seconds
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "not slow"

test-spark: $(VENV)/.spark ## Run the tests on Spark; downloads it (450 MB) and needs Java 17
	$(BIN)/python -m pytest -m spark

lint: $(VENV)/.dev ## Style, types and the import rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev ## Let ruff format and fix what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure speed and size, and write docs/performance.md
	$(BIN)/python -m benchmarks.performance

screenshots: $(VENV)/.dev ## Renew the pictures of the documentation; needs Chromium
	$(BIN)/python -m tests.web.pages.screenshots

released-store: $(VENV)/.dev ## Keep a small store of this schema, which later releases must open
	$(BIN)/python -m tests.storage.released_store

lock: ## Bring the lock files in line with pyproject.toml (needs uv); LOCK=--upgrade for newer releases
	$(COMPILE) $(LOCK) --group build pyproject.toml -o requirements.lock
	$(COMPILE) $(LOCK) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) $(LOCK) --group build --group dev --extra spark -c requirements-dev.lock pyproject.toml -o requirements-spark.lock

# The auditor lives apart from what it judges. Strict: a release of which nothing is known is a failure, no silence.
audit: ## Compare every pinned release with the known holes; asks PyPI's list of vulnerabilities
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	$(VENV)/audit/bin/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r requirements-dev.lock

install: ## Install riwaya as a service, or update it (root); WHEELS=DIR where there is no package index
	systemd/install.sh install

rollback: ## Go back to the release that was installed before (root)
	systemd/install.sh rollback

uninstall: ## Take the service off the machine (root); the configuration and the store stay
	systemd/install.sh uninstall

clean: ## Remove the virtual environment and caches; stores are kept
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

# Half an environment (Debian without python3-venv leaves one, without pip) would pass for a whole one next time.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# PySpark is published as a source package only, which setuptools unpacks.
$(VENV)/.spark: requirements-spark.lock $(VENV)/.dev
	$(INSTALL) --require-hashes -r requirements-spark.lock
	@touch $@
