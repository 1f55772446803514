# Each target sets up what it needs in .venv; the second time that takes a moment only.
# Needs Python 3.11 or newer (PYTHON=python3.12 make demo picks one) and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test coverage soak bench lint messages setup doctor run lock

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */  make \1	/' | expand -t 18

demo: $(VENV)/demo ## try the bot in your browser, without any account
	@$(BIN)/python -m bot demo $(ARGS)

test: $(VENV)/test ## run the tests (ARGS="-k webhook" picks some, ARGS="-m slow" runs the slow ones)
	@$(BIN)/python -m pytest $(ARGS)

coverage: $(VENV)/test ## run the tests and measure which branches they take
	@$(BIN)/python -m pytest --cov=bot --cov=cogs --cov-branch --cov-report=term:skip-covered $(ARGS)

soak: $(VENV)/test ## let everything go wrong for five minutes (ARGS="--minutes 20")
	@$(BIN)/python -m tests.soak $(ARGS)

bench: $(VENV)/bench ## measure the bot and write docs/performance.md (ARGS="--only answers" measures one)
	@$(BIN)/python -m tests.bench $(ARGS)

lint: $(VENV)/test ## check style, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/mypy

messages: $(VENV)/test ## bring the translations up to date (ARGS=fr begins one)
	@$(BIN)/python -m tests.catalogue $(ARGS)

setup: $(VENV)/run ## ask for the settings and write .env (ARGS="--print heroku" prints commands)
	@$(BIN)/python -m bot setup $(ARGS)

doctor: $(VENV)/run ## look for what is wrong with the installation
	@$(BIN)/python -m bot doctor $(ARGS)

run: $(VENV)/run ## run the bot with the settings in .env
	@$(BIN)/python -m bot run

lock: $(VENV)/run ## pin the newest versions that pyproject.toml allows in requirements.txt
	@echo "Resolving the newest versions …"
	@$(PIP) install pip-tools
	@$(BIN)/pip-compile --quiet --upgrade --strip-extras --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.txt pyproject.toml

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# The marker files remember which dependencies were installed.
$(VENV)/run: requirements.txt | $(BIN)/python
	@echo "Installing what the bot needs …"
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/demo: $(VENV)/run pyproject.toml
	@echo "Installing what the demo needs …"
	@$(PIP) install -c requirements.txt -e '.[demo]'
	@touch $@

$(VENV)/test: $(VENV)/run pyproject.toml
	@echo "Installing what the tests need …"
	@$(PIP) install -c requirements.txt -e '.[test]'
	@touch $@ $(VENV)/demo

$(VENV)/bench: $(VENV)/test
	@echo "Installing what the benchmarks need …"
	@$(PIP) install -c requirements.txt -e '.[bench]'
	@touch $@
