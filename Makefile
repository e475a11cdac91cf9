# The only two commands a fresh machine needs are `make demo` and `make test`.
# Needs: Python 3.11, make, a C compiler (madmom and vamp are compiled).
PYTHON ?= python3.11
BIN := .venv/bin
# uv reads no pip settings: hand on a local folder of wheels where pip is set up with one.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
# Telemetry is off in the server of `make ui`, too.
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
# Tests start hundreds of processes, some without room on the disk for what they would compile.
export UV_COMPILE_BYTECODE := 1

.PHONY: install install-train install-all demo ui test coverage test-slow compiled chaos lint docs lock clean

install: .venv/.installed

.venv/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

install-train: .venv/.installed-train  ## also what trains and runs models in process

.venv/.installed-train: .venv/.installed requirements-train.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-train.txt
	@touch $@

install-all: .venv/.installed-all  ## and what hears lyrics (NeMo) and separates voices (Demucs)

.venv/.installed-all: .venv/.installed requirements-all.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-all.txt
	@touch $@

demo: install  ## build the example corpus: four songs in, MF-Skills and MF-Think out
	$(BIN)/partimento build examples/corpus.yaml

ui: install  ## the Prefect UI, at http://127.0.0.1:4200
	$(BIN)/prefect server start --host 127.0.0.1

PYTEST := PYTHONDONTWRITEBYTECODE=1 $(BIN)/python -m pytest
TESTS := -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

compiled: install-all
	$(BIN)/python -m compileall -q schemas tools pipeline flows training tests

test: compiled lint  ## all tests that take less than a minute
	$(PYTEST) $(TESTS)

coverage: compiled  ## the same, a quarter slower, and which share of the lines they run
	$(PYTEST) $(TESTS) --cov --cov-report=
	@echo "lines run by the tests themselves; not by workers and commands that they start:"
	@for room in schemas tools pipeline flows training; do \
		printf '%-9s%3s %%\n' $$room \
			"$$($(BIN)/coverage report --include="$$room/*" --format=total)"; done

test-slow: compiled  ## the long ones
	$(PYTEST) -m slow

chaos: install-all  ## the fault campaign: kills, damage, lost answers; one table at the end
	$(BIN)/python -m tests.chaos

lint: install-all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: install  ## docs/configuration.md and docs/dictionary.md, from the models
	$(BIN)/python -m flows.dictionary

COMPILE := $(BIN)/uv pip compile --quiet --upgrade --no-emit-index-url --no-emit-find-links
lock: install  ## pin what pyproject.toml allows now, without addresses; the files agree
	$(COMPILE) --extra dev --extra train --extra trl --extra tensorboard --extra lyrics \
		--extra faster-whisper --extra demucs --extra ray -o requirements-all.txt \
		pyproject.toml
	sed -i 's/+cpu//' requirements-all.txt  # a local build of torch is as good as another
	$(COMPILE) --extra dev -c requirements-all.txt -o requirements.txt pyproject.toml
	$(COMPILE) --extra dev --extra train -c requirements-all.txt -o requirements-train.txt \
		pyproject.toml
	sed -i 's/+cpu//' requirements-train.txt

clean:
	rm -rf .venv build
