# Each target sets up what it needs in .venv; the second time that takes a moment only.
# Needs Python 3.11 or newer (PYTHON=python3.12 make demo picks one) and make.

PYTHON ?= python3
# With pyenv, one that is there: .python-version may name another, and is for hosts.
ifndef PYENV_VERSION
export PYENV_VERSION := $(or $(shell pyenv versions --bare 2>/dev/null \
	| grep -E '^3\.1[1-9]\.[0-9]+$$' | head -n 1),system)
endif
VENV := .venv
BIN := $(VENV)/bin
COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help demo test coverage soak bench lint messages docs setup doctor run lock

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

docs: $(VENV)/run ## write the pages that follow from the code: settings, privacy, terms, .env.example
	@$(BIN)/python -m tools.pages

setup: $(VENV)/run ## ask for the settings and write .env (ARGS="--print heroku" prints commands)
	@$(BIN)/python -m bot setup $(ARGS)

doctor: $(VENV)/run ## look for what is wrong with the installation
	@$(BIN)/python -m bot doctor $(ARGS)

run: $(VENV)/run ## run the bot with the settings in .env
	@$(BIN)/python -m bot run

lock: ## pin the newest versions that pyproject.toml allows, for every Python and system (needs uv)
	@echo "Resolving the newest versions …"
	@$(COMPILE) --upgrade --extra bench --output-file requirements/bench.txt
	@$(COMPILE) --constraints requirements/bench.txt --extra test --output-file requirements/test.txt
	@$(COMPILE) --constraints requirements/bench.txt --extra demo --output-file requirements/demo.txt
	@$(COMPILE) --constraints requirements/bench.txt --output-file requirements.txt

# The marker files remember which dependencies were installed.
$(VENV)/run: requirements.txt
	@$(PYTHON) tools/install.py run
	@touch $@

$(VENV)/demo: requirements/demo.txt
	@$(PYTHON) tools/install.py demo
	@touch $@ $(VENV)/run

$(VENV)/test: requirements/test.txt
	@$(PYTHON) tools/install.py test
	@touch $@ $(VENV)/demo $(VENV)/run

$(VENV)/bench: requirements/bench.txt
	@$(PYTHON) tools/install.py bench
	@touch $@ $(VENV)/test $(VENV)/demo $(VENV)/run
