#!/bin/sh
# Makes the virtual environment named by $1 with everything that running and testing needs.
set -eu
venv=$1

if command -v uv >/dev/null 2>&1; then
    UV_PROJECT_ENVIRONMENT="$venv" exec uv sync --quiet --frozen
fi

python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "clubmon needs Python 3.11 or newer; install it (on Debian: apt install python3 python3-venv) and run make again." >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "This Python cannot make virtual environments; install that part (on Debian: apt install python3-venv) and run make again." >&2
    exit 1
fi

echo "Setting up $venv (once; takes about a minute) ..." >&2
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --upgrade 'pip>=25.1'
"$venv/bin/python" -m pip install --quiet --editable . --group dev --constraint deploy/constraints.txt
