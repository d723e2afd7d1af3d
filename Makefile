PYTHON ?= python3
SEEDS ?= 27182 31415 57721
STUDENTS ?= 1 2 4
ARGS ?=

BIN = .venv/bin
PIP_INSTALL = $(BIN)/python -m pip --quiet --disable-pip-version-check install
TORCH_CPU = https://download.pytorch.org/whl/cpu

.DEFAULT_GOAL := help
.PHONY: help lab health test seeds notebooks editions claims site bench class clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

lab: .venv/.ready  ## open the notebooks in JupyterLab (ARGS=--no-browser passes options)
	@$(BIN)/python tools/lab_settings.py
	$(BIN)/python -m jupyterlab --LabApp.default_url=/lab/tree/notebooks $(ARGS)

health: .venv/.ready  ## check this computer, and say in words what to mend
	$(BIN)/python -m aeteach

test: .venv/.ready  ## run every test and every notebook (ARGS=... passes pytest options)
	$(BIN)/python -m pytest $(ARGS)

seeds: .venv/.ready  ## run the notebooks again with other random seeds (SEEDS="1 2 3")
	@failed=; for seed in $(SEEDS); do \
	  echo "AETEACH_SEED=$$seed"; \
	  AETEACH_SEED=$$seed $(BIN)/python -m pytest notebooks/*.ipynb $(ARGS) || failed="$$failed $$seed"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed with seed:$$failed"; exit 1; fi

notebooks: .venv/.ready  ## run the notebooks and store them with their outputs
	$(BIN)/python tools/store.py $(ARGS)
	$(BIN)/python tools/picture.py
	$(BIN)/python tools/moving_picture.py

editions: .venv/.ready  ## bring notebooks/ru in step with the English notebooks
	$(BIN)/python tools/editions.py $(ARGS)

claims: .venv/.ready  ## write the table of the lecture's statements, measured
	$(BIN)/python tools/claims_table.py $(ARGS)

site: .venv/.ready  ## write the notebooks as web pages to site/ (ARGS=... passes options)
	$(BIN)/python -m tools.website $(ARGS)

bench: .venv/.ready  ## measure speed side by side
	$(BIN)/python -m benchmarks $(ARGS)

class: .venv/.ready  ## measure a class on a JupyterHub of this machine (STUDENTS="1 2 4")
	$(BIN)/python -m benchmarks.hub --students $(STUDENTS) $(ARGS)

clean:  ## remove the environment and all caches
	rm -rf .venv .pytest_cache .ruff_cache build dist site *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +

.venv/.ready: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "aeteach needs Python 3.11 or newer, and '$(PYTHON)' is not."; \
	  echo "Name a newer one, for example: make lab PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv, once; this takes a few minutes."
	@$(PYTHON) -m venv .venv
	@echo "  PyTorch (the build without GPU libraries, where it can be reached)"
	@$(PIP_INSTALL) --retries 0 --extra-index-url $(TORCH_CPU) -c constraints.txt torch \
	  || echo "  not this way; the next step takes PyTorch from the usual index"
	@echo "  JupyterLab, the other libraries and aeteach itself"
	@$(PIP_INSTALL) -r requirements.txt -c constraints.txt
	@touch .venv/.ready
