# Everything happens in .venv, which the targets make and fill as needed; calls are safe to repeat.
#
#   make play TORCH_INDEX=<address>   PyTorch's CPU build on Linux; PyTorch's "Get started" page
#                                     names the address
#   make play PYTHON=python3.12       the Python to make .venv with
#   make test ARGS="-k smooth"        arguments for the command that the target runs
#   make dev PIP_ARGS=--no-cache-dir  arguments for pip install

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
PIP_OPTIONS = $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) $(PIP_ARGS)
# Only a Python that was asked for by name may replace a .venv that works.
CHOSEN = $(if $(filter file,$(origin PYTHON)),,--chosen)
# -E -s -B: nothing from the reader's own Python settings, and no caches of an old one here.
BOOTSTRAP = @$(PYTHON) -E -s -B -m grader.bootstrap

.DEFAULT_GOAL := help
.PHONY: help play test nightly check format install install-test dev constraints clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

play: install ## Start the sandbox and print its address
	@$(BIN)/hyperlings play $(ARGS)

test: install-test ## Run the tests; browser tests need a Chromium or Chrome
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

# About ten minutes on two cores, most of them the fuzzing of the wire between grader and worker.
nightly: install-test ## Look longer for what the tests only try briefly
	@HYPERLINGS_FUZZ=30 $(BIN)/python -m pytest -n0 tests/sandbox/test_wire_fuzz.py \
		tests/hostile/test_ordinary_user.py tests/benchmarks/test_app.py $(ARGS)

check: dev ## Lint, format check, types, import contracts, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hyperlings sync --check

format: dev ## Format the code and mend what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: ## Only install what playing needs
	$(BOOTSTRAP) play $(CHOSEN) $(PIP_OPTIONS)

install-test: ## Only install what tests need
	$(BOOTSTRAP) test $(CHOSEN) $(PIP_OPTIONS)

dev: ## Only install what developing needs: tests, lint, types
	$(BOOTSTRAP) dev $(CHOSEN) $(PIP_OPTIONS)

constraints: ## Resolve every version anew and pin it in constraints.txt
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install $(PIP_OPTIONS) -e '.[dev]'
	build/constraints/bin/python -m pip freeze --all --exclude-editable --exclude pip \
		> build/constraints/frozen.txt
	sed -n '/^#/p' constraints.txt > build/constraints/header.txt
	sed -e '/ @ /d' -e 's/+.*//' -e '/^nvidia-/d' -e '/^cuda-/d' -e '/^triton==/d' \
		build/constraints/frozen.txt | cat build/constraints/header.txt - > constraints.txt
	rm -rf build/constraints

clean: ## Remove .venv and every cache; your exercises and progress stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
