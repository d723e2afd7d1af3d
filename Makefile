PYTHON ?= python3
PINNED ?= yes
SEEDS ?= 27182
WORKERS ?= 2
ARGS ?=

BIN = .venv/bin
CONSTRAINTS = $(if $(filter yes,$(PINNED)),-c constraints.txt)
PIP_INSTALL = $(BIN)/python -m pip --quiet --disable-pip-version-check install $(CONSTRAINTS)
TORCH_CPU = https://download.pytorch.org/whl/cpu
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
ENGLISH = notebooks/*.ipynb

.DEFAULT_GOAL := help
.PHONY: help lab health test test-all rest seeds second notebooks editions claims site bench clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

lab: .venv/.lab  ## open the notebooks in JupyterLab (ARGS=--no-browser passes options)
	@$(BIN)/python tools/lab_settings.py
	$(BIN)/python -m jupyterlab --LabApp.default_url=/lab/tree/notebooks $(ARGS)

health: .venv/.lab  ## check this computer, and say in words what to mend
	$(BIN)/python -m aeteach

test: .venv/.test  ## run the English notebooks and the tests, in minutes (ARGS=... passes options)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-logo
	$(PYTEST) $(ARGS)

test-all: test rest seeds  ## all of it: also what `make test` leaves out, and other seeds

rest: .venv/.test  ## run what `make test` leaves out: the Russian notebooks, every widget
	$(PYTEST) -m "full or not full" notebooks/ru/*.ipynb
	$(PYTEST) -m full tests $(ARGS)

seeds: .venv/.test  ## run the notebooks with other seeds and instructions (SEEDS="1 2 3")
	@failed=; \
	try() { echo "== $$1"; env $$1 $(PYTEST) $$2 $(ARGS) || failed="$$failed, $$1"; }; \
	for seed in $(SEEDS); do try "AETEACH_SEED=$$seed" "$(ENGLISH)"; done; \
	try "ATEN_CPU_CAPABILITY=default" "$(ENGLISH)"; \
	try "ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE" "notebooks/03*.ipynb"; \
	if [ -n "$$failed" ]; then echo "failed with$${failed#,}"; exit 1; fi

second: .venv/.test  ## run the notebooks on the other data set: what still depends on the first?
	AETEACH_DATA=second $(PYTEST) $(ENGLISH) $(ARGS)

notebooks: .venv/.lab  ## run the notebooks and store them with their outputs (ARGS=... names some)
	$(BIN)/python tools/store.py $(ARGS)

editions: .venv/.lab  ## bring notebooks/ru in step with the English notebooks
	$(BIN)/python tools/editions.py $(ARGS)

claims: .venv/.lab  ## write the table of the lecture's statements, measured
	$(BIN)/python tools/claims_table.py $(ARGS)

site: .venv/.site  ## write the notebooks as web pages to site/ (ARGS=... passes options)
	$(BIN)/python -m tools.website $(ARGS)

bench: .venv/.test  ## measure speed side by side
	$(BIN)/python -m benchmarks $(ARGS)

clean:  ## remove the environment and all caches
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache build dist site *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +

.venv/.lab: requirements.txt constraints.txt pyproject.toml
	@PINNED=$(PINNED) $(PYTHON) tools/can_install.py
	@echo "Setting up .venv, once; this takes a few minutes."
	@$(PYTHON) -m venv .venv
	@echo "  PyTorch (the build without GPU libraries, where it can be reached)"
	@$(PIP_INSTALL) --retries 0 --extra-index-url $(TORCH_CPU) torch \
	  || echo "  not this way; the next step takes PyTorch from the usual index"
	@echo "  JupyterLab, the other libraries and aeteach itself"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/.%: .venv/.lab
	@echo "  what \`make $*\` needs beyond that"
	@$(PIP_INSTALL) -e '.[$*]'
	@touch $@
