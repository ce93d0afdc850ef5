# Warmline. `make` lists the targets; `make run` and `make test` need nothing done before.
PYTHON ?= python3
BOT := .venv/bot/bin/python
HANDOFF := .venv/handoff/bin/python
MODEL := models/warmline.tar.gz
CODE := $(wildcard bot triage handoff ops bench tests)
TYPED := $(wildcard bot triage handoff ops bench)
UNIT := $(wildcard tests/triage tests/handoff tests/ops tests/bench)
# Node comes from the machine, or from here where the machine has none.
NPM := cd handoff/web && PATH="$(CURDIR)/.venv/node/bin:$$PATH" npm
# Only `make run HOST=…`: some shells have a HOST of their own.
given = $(if $(filter command line,$(origin $(1))),--$(2) $($(1)))

.DEFAULT_GOAL := help
.PHONY: help setup run train test lint types test-unit test-bot test-stories test-web test-live \
	test-browser pictures replay requirements clean
.NOTPARALLEL:

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## both environments, front end and model: whatever is missing
	@$(PYTHON) -m ops.setup

run: setup ## everything on http://localhost:8000 (HOST=, PORT= to change it); Ctrl-C stops it
	@$(HANDOFF) -m ops.run $(call given,HOST,host) $(call given,PORT,port)

train: need-bot ## checks the training data and trains the assistant anew
	@echo "▸ Training data"
	@$(BOT) -m bot data validate
	@$(PYTHON) -m ops.setup --again model

test: need-everything lint types test-unit test-bot test-stories test-web test-live test-browser ## all checks, from style to browser
	@echo "✓ All checks passed."

# Each target sees to what it needs, so that it works on its own in a clean tree.
need-everything:
	@$(PYTHON) -m ops.setup bot handoff web model chromium

need-%:
	@$(PYTHON) -m ops.setup $*

lint: need-handoff ## style of the Python code
	@echo "▸ Lint"
	@$(HANDOFF) -m ruff check $(CODE)
	@$(HANDOFF) -m ruff format --check $(CODE)

types: need-handoff ## types of the Python code
	@echo "▸ Types"
	@$(HANDOFF) -m mypy $(TYPED)

test-unit: need-handoff ## triage, handoff, ops and bench, without a running system
	@echo "▸ Unit tests"
	@$(HANDOFF) -m pytest -q $(UNIT)

test-bot: need-model ## the assistant's own tests, in its environment
	@echo "▸ Assistant tests"
	@$(BOT) -m pytest -q tests/bot

test-stories: need-model ## the training data and the test stories, against the current model
	@echo "▸ Training data"
	@$(BOT) -m bot data validate
	@echo "▸ Stories"
	@$(BOT) -m bot test core --stories tests/stories --model $(MODEL) \
		--fail-on-prediction-errors --no-plot --out var/tests/stories

test-web: need-web ## types and unit tests of the front end
	@echo "▸ Front end"
	@$(NPM) run check
	@$(NPM) test

test-live: setup ## real clients against the real system
	@echo "▸ Live tests"
	@$(HANDOFF) -m pytest -q tests/live

test-browser: setup need-chromium ## both faces in Chromium
	@echo "▸ Browser tests"
	@$(HANDOFF) -m pytest -q tests/browser

replay: need-handoff ## plays a file of messages through the running system (FILE=messages.jsonl ARGS="--url … --customers 20")
	@$(HANDOFF) -m bench.replay $(FILE) $(ARGS)

requirements: ## pins both environments again (ARGS=--upgrade for newer versions)
	@$(PYTHON) -m ops.requirements $(ARGS)

pictures: setup need-chromium ## the pictures of the README, taken anew by the browser test
	@WARMLINE_PICTURES=docs/pictures $(HANDOFF) -m pytest -q tests/browser/test_line.py -k distress_to_close

clean: ## removes what set-up and tests made; the data folder var/ stays
	rm -rf .venv models .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf handoff/web/node_modules handoff/web/dist
