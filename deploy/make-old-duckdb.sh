#!/bin/sh
# Puts the oldest supported DuckDB into the folder $2, to be found before the one in the venv $1.
set -eu
venv=$1 target=$2
oldest=duckdb==1.5.5

rm -rf "$target"
if "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    exec "$venv/bin/python" -m pip install --quiet --target "$target" "$oldest"
fi
exec uv pip install --quiet --python "$venv/bin/python" --target "$target" "$oldest"
