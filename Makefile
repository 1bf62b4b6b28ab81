# What a developer repeats. Each verb installs first what it needs, into .venv, and only when that has changed.

PYTHON ?= python3
# The address to serve at; CLINIC_INSTANCE is where the database, letters and keys lie. Other values run a second
# copy beside the first: make run PORT=8001 CLINIC_INSTANCE=/tmp/second
PORT ?= 8000
export PORT

BIN := .venv/bin
# Commands that start others (honcho, gunicorn, pytest's workers) find the project's own first.
export PATH := $(CURDIR)/$(BIN):$(PATH)
INSTALLED_BY := setup.cfg pyproject.toml $(wildcard frontend/*.py frontend/*.json)
# The fetched front-end files can be cleaned away while .venv stays: then installing brings them back.
INSTALLED_BY += $(if $(wildcard clinic/static/vendor/STAMP),,refetch)

.DEFAULT_GOAL := help
.PHONY: help run test torture bench lint refetch

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.stamp  ## start the service with its demonstration data, at http://127.0.0.1:8000
	@$(BIN)/flask --app wsgi start

test: .venv/test.stamp  ## check the style, then run every test but the torture
	@browser=$$($(BIN)/python tests/find_browser.py) || exit 1; \
	$(BIN)/ruff check . && \
	CLINIC_CHROMIUM="$$browser" $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

torture: .venv/test.stamp  ## kill it, flood it, fill its disk: minutes, not seconds
	$(BIN)/python -m pytest tests/torture $(ARGS)

bench: .venv/test.stamp  ## measure each page beside a plain one, at three sizes
	$(BIN)/python -m bench.pages $(or $(ARGS),100 1000 10000)

lint: .venv/test.stamp  ## check the style and the import contract
	$(BIN)/ruff check .
	$(BIN)/lint-imports

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or later is needed; name one: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	    { rm -rf .venv; echo "On Debian and Ubuntu, type: sudo apt-get install python3-venv"; exit 1; }

.venv/run.stamp: .venv/pyvenv.cfg $(INSTALLED_BY)
	@echo "Installing into .venv: about half a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/test.stamp: .venv/pyvenv.cfg $(INSTALLED_BY)
	@echo "Installing into .venv, with what the tests need: about a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ .venv/run.stamp
