# Songwright. `make` lists what there is.

PYTHON ?= $(shell command -v python3 2>/dev/null || command -v python 2>/dev/null || echo python3)
VENV := .venv/bin
PROMPT ?= a song for Christmas
export SONG_PROMPT := $(value PROMPT)
unexport PROMPT
SOURCES := src tests scripts
JOBS ?= 2
SHARED := -n $(JOBS) --dist loadfile --no-loadscope-reorder
UV ?= uv
LOCK := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev song serve test check lint types quick format bench bench-actions fuzz evaluate words lock clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo

##@ Use
setup: ## Install everything that running needs (every target below does this by itself)
	@$(PYTHON) scripts/setup.py

song: setup ## Make two songs: make song PROMPT="a song for Christmas"; files go to out/
	@$(VENV)/songwright song --prompt="$$SONG_PROMPT"

serve: setup ## Run the server on http://127.0.0.1:8000
	@$(VENV)/songwright serve

##@ Work on it
test: setup-dev ## Run all tests
	@$(VENV)/python -m pytest $(SHARED) -m "not bench"

check: lint types quick ## Format, lint, types and the quick tests

lint: setup-dev ## Check format and lint
	@$(VENV)/ruff format --check $(SOURCES)
	@$(VENV)/ruff check $(SOURCES)

types: setup-dev ## Check types
	@$(VENV)/basedpyright

quick: setup-dev ## Run the tests that start no processes and take no long time
	@$(VENV)/python -m pytest -q $(SHARED) -m "not bench and not slow and not acceptance"

format: setup-dev ## Format the code and repair what lint can
	@$(VENV)/ruff check --fix-only -q $(SOURCES)
	@$(VENV)/ruff format $(SOURCES)

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

##@ Measure
bench: setup ## Measure speed; JSON
	@$(VENV)/songwright bench

bench-actions: setup ## Time every action on a source of two minutes; JSON, and the table of docs/scoreboard/actions.md
	@$(VENV)/songwright bench --actions --table docs/scoreboard/actions.md

fuzz: setup-dev ## Send 2,000 generated requests to a real server; JSON
	@$(VENV)/python scripts/fuzz.py

evaluate: setup-dev ## Make the songs of the prompt list and measure them: QUICK=1, ONLY="coffee storm", WRITE=1, REPORT=folder
	@$(VENV)/songwright evaluate $(if $(QUICK),--quick) $(if $(WRITE),--write) $(if $(REPORT),--report $(REPORT)) $(foreach name,$(ONLY),--only $(name))

words: setup ## Measure written words; JSON
	@$(VENV)/python -m songwright.evaluation.written

##@ Housekeeping
lock: ## Write the locks anew from requirements/*.in (needs uv)
	@cd requirements && for name in base dev node weights; do \
		more=; [ $$name != weights ] || more=--no-deps; \
		$(LOCK) $$more $$name.in -o $$name.lock && { \
			printf '# Every package of %s.in and all they need, pinned by hash, for Python 3.11 to 3.14.\n' $$name; \
			printf '# Written by `make lock`; do not edit.\n'; cat $$name.lock; } > $$name.txt && rm $$name.lock; \
	done

clean: ## Remove what setup and tests made (songs in out/ and data/ stay)
	rm -rf .venv .node node_modules .pytest_cache .ruff_cache .hypothesis build dist src/*.egg-info
