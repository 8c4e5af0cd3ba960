# What can be done with this repository. `make` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help setup run test check bench golden messages reference lock

PYTHON := .venv/bin/python

help: ## List the targets
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+): .*## /\1\t/' | expand -t 12

setup: .venv/installed ## Make .venv with everything that running and testing need
	@scripts/system-packages run

.venv/installed: requirements.txt requirements-dev.txt scripts/make-venv
	scripts/make-venv

run: export BUURTLIJN_DEMO ?= true
run: setup ## Serve the demo group on http://127.0.0.1:$PORT (8000) until Ctrl-C
	@$(PYTHON) -m service.supervise

test: setup ## Check and test everything
	@scripts/system-packages test
	@$(MAKE) --no-print-directory check
	$(PYTHON) -m pytest

check: setup ## Style, types, layers, texts and documentation
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m scripts.messages --check
	.venv/bin/mkdocs build --strict --quiet

bench: setup ## Measure SMS answers while recordings are being transcribed
	$(PYTHON) -m bench.sms_load

golden: setup ## Write the golden conversations anew, for reviewing with git diff
	$(PYTHON) -m pytest tests/ivr/conversation --golden-record

messages: setup ## Sort and reformat the catalogues
	$(PYTHON) -m scripts.messages

reference: setup ## Write docs/settings.md anew from the settings
	$(PYTHON) -m scripts.settings_reference

lock: ## Pin all dependencies anew, with hashes
	python3 -m venv build/lock
	build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile --upgrade --python-version 3.11 --generate-hashes --no-header --no-emit-index-url requirements.in -o requirements.txt
	build/lock/bin/uv pip compile --upgrade --python-version 3.11 --generate-hashes --no-header --no-emit-index-url requirements-dev.in -o requirements-dev.txt
