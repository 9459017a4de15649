#!/usr/bin/env bash
# Makes a Python with the official client of the API, for the tests that use it, and prints where it is:
#   export POINTSMAN_TEST_PYTHON=$(tools/test-python.sh)
# It is made anew where the Python or the pinned versions have changed. Its packages come with pip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec 3>&1 1>&2

pinned=test/clients/requirements.txt
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "The official client needs Python 3.10 or newer."; exit 1; }
key=$({ python3 -c 'import sys; print(sys.version, sys.base_prefix)' && cat "$pinned"; } | sha256sum | cut -c 1-16)
folder=${XDG_CACHE_HOME:-$HOME/.cache}/pointsman/python-$key

if [[ ! -e $folder/complete ]]; then
  rm -rf "$folder"
  python3 -m venv "$folder" || {
    # Debian's python3 has no venv of its own.
    rm -rf "$folder" && apt-get update -q && apt-get install -qy python3-venv && python3 -m venv "$folder"
  }
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$pinned"
  touch "$folder/complete"
fi
echo "$folder/bin/python" >&3
