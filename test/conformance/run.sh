#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds the fixture servers against botocore's service models and Google's discovery documents, the packed program against moto's server, and exported findings
# against OCSF's published schema. Makes its own virtual
# environment, outside the tree, and uses it again while the requirements stay the same. Anything that cannot start is a failure.
#   test/conformance/run.sh [botocore|google|moto|ocsf]      ROLLCALL_BIN="node dist/rollcall.js" names the program to run
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/rollcall-conformance"
what="${1:-all}"

wanted="$(sha256sum "$here/requirements.txt" | cut -c1-16)"
venv="$cache/venv-$wanted"
if [ ! -f "$venv/ready" ]; then
  echo "making a Python environment in $venv" >&2
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  touch "$venv/ready"
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

node="$root/node_modules/.bin/node"
[ -x "$node" ] || node=node
if [ "$what" = all ] || [ "$what" = botocore ]; then
  "$node" "$here/botocore/record.ts" "$work/answers.jsonl"
  "$venv/bin/python" "$here/botocore/validate.py" "$work/answers.jsonl"
fi
if [ "$what" = all ] || [ "$what" = google ]; then
  "$node" "$here/google/record.ts" "$work/exchanges.jsonl"
  "$venv/bin/python" "$here/google/validate.py" "$work/exchanges.jsonl"
fi
if [ "$what" = all ] || [ "$what" = moto ]; then
  ROLLCALL_BIN="${ROLLCALL_BIN:-$node $root/dist/rollcall.js}" "$venv/bin/python" "$here/moto/scan_moto.py" "$work"
  mkdir "$work/organization"
  ROLLCALL_BIN="${ROLLCALL_BIN:-$node $root/dist/rollcall.js}" "$venv/bin/python" "$here/moto/organization_moto.py" "$work/organization"
  mkdir "$work/archive-in-s3"
  APPEND="$node $here/moto/append.ts" ROLLCALL_BIN="${ROLLCALL_BIN:-$node $root/dist/rollcall.js}" "$venv/bin/python" "$here/moto/archive_moto.py" "$work/archive-in-s3"
fi
if [ "$what" = all ] || [ "$what" = ocsf ]; then
  "$node" "$here/ocsf/hostile.ts" "$work"
  XDG_CONFIG_HOME="$work" "$node" "$root/src/cli/main.ts" demo --quiet --archive "$work/evidence" > "$work/demo.txt"
  "$node" "$root/src/cli/main.ts" export --quiet --format ocsf --archive "$work/evidence" --out "$work/company" > "$work/exported.txt"
  "$venv/bin/python" "$here/ocsf/validate.py" "$here/schemas/ocsf-1.8.0-compliance_finding.json" "$work"/hostile/*.ocsf.jsonl "$work"/company/*.ocsf.jsonl
fi
