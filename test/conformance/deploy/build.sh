#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds helm, actionlint and the reader of container files from their Go modules and prints the folder they are in. It is kept outside the tree, under
# a name made of the sources and of the compiler, and is built again only when one of them changes: four minutes from nothing, on two cores.
set -euo pipefail
export LC_ALL=C
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/rollcall-conformance"

fail() { echo "deploy conformance: $1" >&2; exit 1; }
command -v go >/dev/null || fail 'there is no go; install Go (golang-go of Debian is enough to fetch the release that go.mod asks for)'
cd "$here/tools"
compiler="$(GOFLAGS=-mod=readonly go version)" || fail "this Go cannot build the module, which asks for $(sed -n 's/^go /Go /p' go.mod); install a newer one"
wanted="$(cat go.mod go.sum dockerfile/*.go | { cat; echo "$compiler"; } | sha256sum | cut -c1-16)"
tools="$cache/deploy-$wanted"
if [ ! -d "$tools" ]; then
  echo "building helm, actionlint and the reader of container files into $tools; this takes minutes" >&2
  mkdir -p "$cache"
  rm -rf "$cache"/deploy-*
  mkdir "$tools.part"
  GOFLAGS=-mod=readonly CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$tools.part/" tool ./dockerfile || fail 'the tools cannot be built; the lines above say why'
  mv "$tools.part" "$tools"
fi
echo "$tools"
