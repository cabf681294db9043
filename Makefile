# Each target does its own set-up: uv where present, otherwise venv and pip.
VENV := .venv
BIN := $(VENV)/bin
OLD_DUCKDB := .venv-duckdb-1.5
FUZZ ?= 10000
SOURCES := clubmon connectors dashboards tests

.PHONY: demo serve test quick check format kill-test laws fuzz bench bench-files bench-pages bench-checkin catalogs lock clean

demo: $(VENV)/.ready ## a made-up club, its flags and its pages
	$(BIN)/clubmon demo

serve: $(VENV)/.ready ## your own club, in ./data
	$(BIN)/clubmon serve

test: $(VENV)/.ready $(OLD_DUCKDB)/.ready ## everything on the newest DuckDB, storage and SQL on the oldest
	$(BIN)/pytest -n auto --dist worksteal -q
	PYTHONPATH=$(OLD_DUCKDB) $(BIN)/pytest -n auto --dist worksteal -q tests/storage tests/sql tests/load

quick: $(VENV)/.ready ## the suite without its slow part: browsers, services, benches, kills, the longest laws
	$(BIN)/pytest -n auto --dist worksteal -q -m "not slow"

check: $(VENV)/.ready ## format, lint, types, import contracts
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

kill-test: $(VENV)/.ready ## kill -9 during import, rebuild and checkpoint, 500 times
	CLUBMON_KILLS=500 $(BIN)/pytest -q -s tests/storage/test_kill.py

laws: $(VENV)/.ready ## the laws of the models on twenty times as many made-up clubs
	CLUBMON_THOROUGH=1 $(BIN)/pytest -q -n auto tests/load/marts

fuzz: $(VENV)/.ready ## FUZZ=10000 damaged inputs for every parser: no crash, no hang, no silence
	$(BIN)/python -m tests.fuzz.run --count $(FUZZ)

bench: $(VENV)/.ready ## every figure of docs/performance.md, measured now
	$(BIN)/python -m tests.bench.run --write

bench-files: $(VENV)/.ready ## how fast files are read, and how much memory archives take
	$(BIN)/python -m tests.bench.files --write

bench-pages: $(VENV)/.ready ## what pages weigh, when they are drawn, and the server under readers
	$(BIN)/python -m tests.bench.pages --write

bench-checkin: $(VENV)/.ready ## how long a check-in takes on a slow phone
	PYTHONPATH=tests/support $(BIN)/python -m tests.bench.checkin --write

catalogs: $(VENV)/.ready ## bring the catalogs of texts up to the source
	$(BIN)/python -m tests.catalogs.texts

lock: ## after a change of dependencies; needs uv
	uv lock
	uv export --quiet --no-hashes --no-emit-project --all-groups --output-file deploy/constraints.txt

$(VENV)/.ready: pyproject.toml uv.lock deploy/constraints.txt
	@sh deploy/make-venv.sh $(VENV)
	@touch $@

$(OLD_DUCKDB)/.ready: $(VENV)/.ready
	@sh deploy/make-old-duckdb.sh $(VENV) $(OLD_DUCKDB)
	@touch $@

clean:
	rm -rf $(VENV) $(OLD_DUCKDB) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
